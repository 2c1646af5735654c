using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Ledger;

/// <summary>Compares the income schedule with the cash that was seen. The schedule is never spent; it only tells what is missing
/// (semantics §2).</summary>
public static class ExpectedIncome
{
    /// <summary>The sources whose day of this month has come and whose money has not.</summary>
    /// <param name="sources">The income schedule.</param>
    /// <param name="seen">Cash received in the month, by account and kind; cash of kind Other may be anything.</param>
    /// <param name="today">The day of asking.</param>
    public static IEnumerable<IncomeSource> Missing(IEnumerable<IncomeSource> sources, IReadOnlyCollection<Fact.CashReceived> seen, DateOnly today)
    {
        foreach (var source in sources.Where(s => s.Monthly.IsPositive && s.DayOfMonth <= today.Day))
        {
            var arrived = seen.Where(c => c.Account == source.Account && (c.Kind == source.Kind || c.Kind == IncomeKind.Other))
                .Aggregate(Money.Zero(source.Monthly.Currency), (sum, c) => sum + c.Amount);
            if (arrived < source.Monthly)
            {
                yield return source;
            }
        }
    }
}
