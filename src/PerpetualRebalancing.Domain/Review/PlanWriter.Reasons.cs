using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>Why each class is bought or sold, or is not.</summary>
internal sealed partial class PlanWriter
{
    private Reason BuyReason(int @class)
    {
        var level = new Drift(purchase.Levels[@class]);
        if (purchase.Legs.Any(l => l.Class == @class))
        {
            return purchase.Ideal[@class] == 0m ? new Reason.RoundingLeft(book.DriftOf(@class))
                : level > Drift.Zero ? new Reason.DeployedAboveTarget(level) : new Reason.FilledToLevel(book.DriftOf(@class), level);
        }

        if (purchase.Dropped.LastOrDefault(d => d.Class == @class) is { } dropped)
        {
            return dropped.Reason;
        }

        var cash = book.Accounts.Where(a => book.Option(a.Index, @class) is not null).ToArray();
        var total = proceeds.ValuesAfter.Sum() + purchase.Spent;
        var diluted = new Drift(total == 0m ? 0m : (proceeds.ValuesAfter[@class] / total) - book.Targets[@class]);
        return cash.Length == 0 ? new Reason.NoPoolBuysIt()
            : proceeds.Core.All(c => !c.IsPositive) ? new Reason.NoCash()
            : diluted > Drift.Zero ? new Reason.Overweight(diluted)
            : cash.All(a => !proceeds.Core[a.Index].IsPositive) ? new Reason.PoolsEmpty(diluted)
            : new Reason.AboveLevel(diluted, level);
    }

    private Reason SaleReason(int @class)
    {
        if (sale is null)
        {
            return step switch
            {
                ProgramStep.NoSale n => new Reason.UnderCeiling(n.Projected, n.Ceiling, n.Month),
                ProgramStep.Idle i => new Reason.ProgramIdle(i.Projected, i.Maximum),
                ProgramStep.Sell => throw new InvalidOperationException("A sell step without a sale."),
                _ => new Reason.AdHocNeverSells(),
            };
        }

        var sold = sale.Legs.Any(l => l.Class == @class);
        if (sold && sale.Goal == SaleGoal.Liquidity)
        {
            var monthly = book.Policy.Expenses.Monthly;
            var (floor, refill) = (book.Policy.Reserve.FloorMonths, book.Policy.Reserve.RefillMonths);
            return new Reason.SoldForReserve(book.Base(((floor + refill) * monthly.Amount) - need.ToGoal).Rounded, monthly * floor, monthly * (floor + refill));
        }

        var level = new Drift(sale.Level);
        if (sold && step is ProgramStep.Sell s)
        {
            return new Reason.Trimmed(book.DriftOf(@class), level, s.Ceiling, s.Month);
        }

        var queue = sale.Queues[@class];
        return book.DriftOf(@class) <= Drift.Zero ? new Reason.NotOverweight(book.DriftOf(@class))
            : queue.Cap == 0m ? new Reason.NoSellableLots(queue.LockedUnits, queue.FirstUnlocked)
            : new Reason.BelowSellLevel(book.DriftOf(@class), level);
    }
}
