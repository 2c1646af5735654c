using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Domain.Lots;

/// <summary>What is known of an account's lots, from all sources: the opening book, the program's own fills, and statements. The
/// latest statement wins for its period and instruments; everything before and after it stays.</summary>
/// <param name="Account">Whose lots.</param>
/// <param name="Currency">Of its prices.</param>
/// <param name="OpenedOn">The day the opening book describes.</param>
/// <param name="Own">What the program knows without statements: see <see cref="OwnOf"/>.</param>
/// <param name="Statements">In the order they were imported.</param>
public sealed record AccountHistory(
    AccountId Account, Currency Currency, DateOnly OpenedOn, ImmutableArray<Transaction> Own, ImmutableArray<Statement> Statements)
{
    private const string OpeningBook = "the opening book";

    /// <summary>The lots of the opening book and the fills, transfers of cost and all, that the program recorded for an account.</summary>
    /// <param name="account">Which account.</param>
    /// <param name="facts">The whole log.</param>
    /// <param name="localDate">The household's day of a moment.</param>
    public static ImmutableArray<Transaction> OwnOf(AccountId account, IEnumerable<RecordedFact> facts, Func<DateTimeOffset, DateOnly> localDate)
    {
        var own = ImmutableArray.CreateBuilder<Transaction>();
        var acquired = new Dictionary<LotId, DateOnly>();
        foreach (var recorded in facts)
        {
            switch (recorded.Fact)
            {
                case Fact.Opened opened:
                    foreach (var lot in opened.Lots)
                    {
                        acquired[lot.Id] = lot.Acquired;
                    }

                    own.AddRange(opened.Lots.Where(l => l.Account == account).OrderBy(l => l.Acquired).Select(l => new Transaction.Bought(
                        new Origin(l.Instrument, "", l.Acquired, OpeningBook, ""), l.Remaining, l.CostPerUnit.Amount, 0m)
                    { Lot = l.Id }));
                    break;
                case Fact.LegFilled fill when fill.Account == account:
                    own.Add(Of(fill));
                    if (fill.NewLot is { } bought)
                    {
                        acquired[bought] = fill.TradeDate;
                    }

                    break;
                case Fact.LotsSet set:
                    foreach (var lot in set.Lots)
                    {
                        acquired[lot.Id] = lot.Acquired;
                    }

                    break;
                case Fact.WashSale wash when wash.Replacement.Account == account:
                    var purchase = acquired.Keys.FirstOrDefault(l => l == wash.Lot) ?? acquired.Keys.FirstOrDefault(l => l.IsSamePurchaseAs(wash.Lot));
                    own.Add(new Transaction.Replaced(
                        new Origin(wash.Replacement.Instrument, "", localDate(recorded.At), "the wash sale", ""), wash,
                        purchase is null ? null : acquired[purchase]));
                    break;
            }
        }

        return own.ToImmutable();
    }

    /// <summary>Everything that counts, ready to be replayed.</summary>
    public IEnumerable<Transaction> Transactions
    {
        get
        {
            // No statement of trades tells that units replaced a loss: that stays, whatever now answers for the units.
            foreach (var transaction in Own.Where(t => t is Transaction.Replaced || !IsCovered(t, after: -1)))
            {
                yield return transaction;
            }

            for (var i = 0; i < Statements.Length; i++)
            {
                foreach (var transaction in Statements[i].Transactions.Where(t => !IsCovered(t, i)))
                {
                    yield return transaction;
                }

                var later = Statements.AsSpan()[(i + 1)..].ToArray();
                foreach (var action in Statements[i].Actions.Where(a => !later.Any(s => s.Acted.Contains(a.At.Instrument))))
                {
                    yield return action;
                }
            }
        }
    }

    /// <summary>The program's own fills of days that a statement now answers for.</summary>
    public bool IsCovered(Fact.LegFilled fill) => Statements.Any(s => s.Covers(fill.Instrument, fill.TradeDate));

    /// <summary>The lots that all of it leads to, and why it cannot be true.</summary>
    public LotReplay Replay()
    {
        var replay = LotHistory.Of(Account, Currency, Transactions);
        return replay with { Faults = [.. Unanswerable(), .. Contradictions(), .. replay.Faults] };
    }

    private bool IsCovered(Transaction transaction, int after)
    {
        for (var i = after + 1; i < Statements.Length; i++)
        {
            if (Statements[i].Covers(transaction.At.Instrument, transaction.At.On))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The opening book lists what was left of older lots on its day. A statement that begins later than they do and sells
    /// before that day sold units which the book does not list: whose, nobody can say.</summary>
    private IEnumerable<LotFault> Unanswerable()
    {
        foreach (var (index, statement) in Statements.Index())
        {
            foreach (var sale in statement.Transactions.Where(t =>
                t is Transaction.Sold or Transaction.SwitchedOut or Transaction.TransferredOut && t.At.On <= OpenedOn && !IsCovered(t, index)))
            {
                if (Own.Any(t => t.At.Source == OpeningBook && t.At.Instrument == sale.At.Instrument && t.At.On < statement.From && !IsCovered(t, -1))
                    && !statement.Transactions.Any(t => t is Transaction.Stated && t.At.Instrument == sale.At.Instrument))
                {
                    yield return new LotFault(
                        sale.At, "date",
                        $"{sale.At.Instrument} left on {sale.At.On:yyyy-MM-dd}, and the opening book lists older lots of it as they stood later, on {OpenedOn:yyyy-MM-dd}",
                        "a statement from the first purchase on, or one that begins after the opening book's day");
                }
            }
        }
    }

    /// <summary>Two files name one trade and say different things about it.</summary>
    private IEnumerable<LotFault> Contradictions()
    {
        var known = new Dictionary<(InstrumentId, DateOnly, string), Transaction>();
        foreach (var transaction in Statements.SelectMany(s => s.Transactions).Where(t => t.At.Reference is not null))
        {
            var key = (transaction.At.Instrument, transaction.At.On, transaction.At.Reference!);
            if (!known.TryAdd(key, transaction) && Terms(known[key]) is var before && Terms(transaction) is var now && before != now)
            {
                yield return new LotFault(
                    transaction.At, "units and price",
                    $"trade {transaction.At.Reference} of {transaction.At.On:yyyy-MM-dd} is {now}, but {known[key].At.Source} says {before}",
                    $"files that agree, or 'lots undo' for {known[key].At.Source} first");
            }
        }
    }

    private static string Terms(Transaction transaction) => transaction switch
    {
        Transaction.Bought t => $"a purchase of {t.Units} at {Canonical.Text(t.Price)}",
        Transaction.Sold t => $"a sale of {t.Units} at {Canonical.Text(t.Price)}",
        _ => transaction.GetType().Name,
    };

    private static Transaction Of(Fact.LegFilled fill)
    {
        var at = new Origin(fill.Instrument, "", fill.TradeDate, $"fill {fill.FillId}", "");
        if (fill.Side == Side.Sell)
        {
            return new Transaction.Sold(at, fill.Quantity, fill.Price.Amount, 0m) { Lots = fill.Lots, IsBooked = true };
        }

        // The same quotient that the ledger took, so that a replay without statements gives the ledger's own lots.
        return new Transaction.Bought(at, fill.Quantity, fill.CostOfLot.Amount / fill.Quantity.Units, 0m) { Lot = fill.NewLot };
    }
}
