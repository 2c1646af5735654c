using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>How the month's spending comes out of the liquidity reserve: its cash first, then its instruments.</summary>
/// <param name="Sales">Reserve instruments sold, with tax.</param>
/// <param name="FromCash">Reserve cash paid out, by account index, account currency.</param>
/// <param name="FromSales">Net proceeds paid out, by account index, account currency.</param>
/// <param name="Kept">Net proceeds beyond the spending, since units are whole: they stay in the reserve as cash.</param>
/// <param name="Unpaid">Spending that the reserve could not pay, base currency.</param>
/// <param name="Left">Value of the reserve afterwards less <paramref name="Unpaid"/>, base currency.</param>
internal sealed record ReserveDraw(
    ImmutableArray<SaleLeg> Sales, Money[] FromCash, Money[] FromSales, Money[] Kept, decimal Unpaid, decimal Left)
{
    /// <summary>Plans a draw.</summary>
    /// <param name="book">The household.</param>
    /// <param name="spending">Base currency; zero draws nothing.</param>
    public static ReserveDraw Plan(Book book, decimal spending)
    {
        var zero = book.Accounts.Select(a => Money.Zero(a.Account.Currency)).ToArray();
        var (fromCash, fromSales, kept) = (zero.ToArray(), zero.ToArray(), zero.ToArray());
        var wanted = spending;
        foreach (var view in PaidFirst(book))
        {
            var held = view.Blocked ? zero[view.Index] : Money.Min(view.Ledger.Reserve, view.Settled);
            fromCash[view.Index] = Waterfall.Take(view, wanted, ref held);
            wanted = Math.Max(0m, wanted - view.ToBase(fromCash[view.Index]));
        }

        var legs = wanted > 0m ? Sell(book, wanted) : [];
        foreach (var leg in legs)
        {
            var view = book.Accounts[leg.Source.Account];
            var net = leg.Value - leg.Charges - TaxIn(view, leg);
            var paidOut = Waterfall.Take(view, wanted, ref net);
            wanted = Math.Max(0m, wanted - view.ToBase(paidOut));
            fromSales[view.Index] += paidOut;
            kept[view.Index] += net;
        }

        var sold = legs.Sum(l => book.Accounts[l.Source.Account].ToBase(l.Value));
        var paid = book.Accounts.Sum(a => a.ToBase(fromCash[a.Index] - kept[a.Index]));
        return new ReserveDraw(legs, fromCash, fromSales, kept, wanted, book.ReserveValue - paid - sold - wanted);
    }

    /// <summary>A leg's tax in its account's currency, up to the minor unit: what is set aside for it. A loss gives nothing back before
    /// the year's return.</summary>
    public static Money TaxIn(AccountView view, SaleLeg leg) =>
        new(Math.Ceiling(Math.Max(0m, leg.Tax) / view.Fx / Currency.MinorUnit) * Currency.MinorUnit, view.Account.Currency);

    /// <summary>The account that pays the household's spending, then the others in declared order.</summary>
    public static IEnumerable<AccountView> PaidFirst(Book book) =>
        book.Declared.OrderBy(a => a.Account.Id == book.Policy.Expenses.PaidFrom ? 0 : 1);

    private static ImmutableArray<SaleLeg> Sell(Book book, decimal wanted)
    {
        var shelf = new SaleShelf(book);
        var queue = shelf.Queue(null, longTermOnly: false, new HashSet<Position>());
        var legs = ImmutableArray<SaleLeg>.Empty;
        foreach (var source in queue.Sources)
        {
            if (wanted <= 0m)
            {
                break;
            }

            // The fewest units whose proceeds cover what is wanted after charges, exit load and tax.
            var steps = (long)(source.Units.Units / source.Instrument.UnitStep.Units);
            var (before, goal) = (legs, wanted);
            var all = Net(steps);
            if (all <= 0m)
            {
                continue;
            }

            var fewest = all < goal ? steps : SmallestAmount.Find(0, steps, goal, goal - all, k => goal - Net(k));
            legs = With(fewest);
            wanted = Math.Max(0m, goal - Net(fewest));

            ImmutableArray<SaleLeg> With(long count) =>
                SaleLeg.WithTax(book, shelf, [], before.Add(SaleLeg.Of(book, source, -1, new Quantity(count * source.Instrument.UnitStep.Units))));

            decimal Net(long count)
            {
                if (count == 0)
                {
                    return 0m;
                }

                var (view, leg) = (book.Accounts[source.Account], With(count)[^1]);
                return view.ToBase(leg.Value - leg.Charges - TaxIn(view, leg));
            }
        }

        return legs;
    }
}
