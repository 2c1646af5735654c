using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>What the waterfall left for the core portfolio, and what it set aside on the way (semantics §2).</summary>
/// <param name="Lines">One per account and destination.</param>
/// <param name="ToTax">By account index, account currency.</param>
/// <param name="ToReserve">By account index, account currency.</param>
/// <param name="Core">By account index, account currency.</param>
/// <param name="ReserveTarget">Base currency.</param>
/// <param name="ReserveGap">What the reserve still lacks afterwards, base currency.</param>
/// <param name="TaxShortfall">Tax liability not set aside afterwards, base currency.</param>
internal sealed record Waterfall(
    ImmutableArray<RoutingLine> Lines, Money[] ToTax, Money[] ToReserve, Money[] Core, decimal ReserveTarget, decimal ReserveGap, decimal TaxShortfall)
{
    /// <summary>Routes each account's free cash: tax reserve, then liquidity reserve, then core.</summary>
    /// <param name="book">The household.</param>
    /// <param name="reserveValue">Value of the liquidity reserve after this review's spending, base currency; negative when it cannot pay for all of it.</param>
    public static Waterfall Route(Book book, decimal reserveValue)
    {
        var lines = ImmutableArray.CreateBuilder<RoutingLine>();
        var count = book.Accounts.Length;
        var toTax = new Money[count];
        var toReserve = new Money[count];
        var core = new Money[count];
        var target = Target(book);
        var suspended = book.State is { Phase: Phase.Accumulation, JobLoss: true };
        var gap = suspended ? 0m : Math.Max(0m, target - reserveValue);
        var shortfall = TaxShortfalls(book);
        var shown = false;

        foreach (var view in book.Declared)
        {
            var free = view.Free;
            var taxLeft = shortfall.GetValueOrDefault(view.Account.Member);
            toTax[view.Index] = Take(view, taxLeft, ref free);
            shortfall[view.Account.Member] = Math.Max(0m, taxLeft - view.ToBase(toTax[view.Index]));
            toReserve[view.Index] = Take(view, gap, ref free);
            gap = Math.Max(0m, gap - view.ToBase(toReserve[view.Index]));
            core[view.Index] = free;

            Add(view, Destination.TaxReserve, toTax[view.Index], () => new Reason.TaxDue(Due(book, view), SetAside(book, view)));
            Add(view, Destination.LiquidityReserve, toReserve[view.Index], () => new Reason.ReserveBelowTarget(book.Base(reserveValue), book.Base(target)));
            if (suspended && !shown && reserveValue < target)
            {
                lines.Add(new RoutingLine(view.Account.Id, Destination.LiquidityReserve, Money.Zero(view.Account.Currency), false, new Reason.Suspended()));
                shown = true;
            }

            Add(view, Destination.Core, free, () => new Reason.CoreCash());
        }

        return new Waterfall(lines.ToImmutable(), toTax, toReserve, core, target, gap, shortfall.Values.Sum());

        void Add(AccountView view, Destination to, Money amount, Func<Reason> reason)
        {
            if (amount.IsPositive)
            {
                lines.Add(new RoutingLine(view.Account.Id, to, amount, FromProceeds: false, reason()));
            }
        }
    }

    /// <summary>What the liquidity reserve should be worth, base currency.</summary>
    public static decimal Target(Book book) => book.State.Phase == Phase.Accumulation
        ? book.Policy.Reserve.EmergencyMonths * book.Policy.Expenses.EssentialMonthly.Amount
        : book.Policy.Reserve.RetirementMonths * book.Policy.Expenses.Monthly.Amount;

    /// <summary>What this review's slot spends out of the reserve, base currency: all expenses in retirement, the essential ones
    /// during a job loss, nothing otherwise and nothing in an ad hoc review.</summary>
    public static decimal Spending(Book book) => (book.Inputs.Read.Kind, book.State.Phase, book.State.JobLoss) switch
    {
        (ReviewKind.AdHoc, _, _) => 0m,
        (_, Phase.Retirement, _) => book.Policy.Expenses.Monthly.Amount,
        (_, Phase.Accumulation, true) => book.Policy.Expenses.EssentialMonthly.Amount,
        _ => 0m,
    };

    /// <summary>Takes up to a base amount out of free cash; rounded up to the minor unit so that the claim is covered.</summary>
    public static Money Take(AccountView view, decimal wanted, ref Money free)
    {
        var ceiling = new Money(Math.Ceiling(wanted / view.Fx / Currency.MinorUnit) * Currency.MinorUnit, view.Account.Currency);
        var taken = Money.Max(Money.Zero(view.Account.Currency), Money.Min(ceiling, free.Floored));
        free -= taken;
        return taken;
    }

    private static Dictionary<MemberId, decimal> TaxShortfalls(Book book)
    {
        var shortfalls = new Dictionary<MemberId, decimal>();
        foreach (var (member, due) in book.State.TaxDue)
        {
            var set = book.Accounts.Where(a => a.Account.Member == member).Sum(a => a.ToBase(a.Ledger.Tax));
            shortfalls[member] = Math.Max(0m, due.Amount - set);
        }

        return shortfalls;
    }

    private static Money Due(Book book, AccountView view) =>
        book.State.TaxDue.TryGetValue(view.Account.Member, out var due) ? due : book.Base(0m);

    private static Money SetAside(Book book, AccountView view) =>
        book.Base(book.Accounts.Where(a => a.Account.Member == view.Account.Member).Sum(a => a.ToBase(a.Ledger.Tax)));
}
