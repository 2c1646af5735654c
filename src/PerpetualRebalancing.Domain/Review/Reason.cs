using System.Globalization;
using System.Text.Json.Serialization;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>Why something was traded or not, with its numbers. Each case says itself in plain English through <see cref="Words"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "because")]
[JsonDerivedType(typeof(FilledToLevel), "filledToLevel")]
[JsonDerivedType(typeof(RoundingLeft), "roundingLeft")]
[JsonDerivedType(typeof(DeployedAboveTarget), "deployedAboveTarget")]
[JsonDerivedType(typeof(Trimmed), "trimmed")]
[JsonDerivedType(typeof(SoldForReserve), "soldForReserve")]
[JsonDerivedType(typeof(Overweight), "overweight")]
[JsonDerivedType(typeof(AboveLevel), "aboveLevel")]
[JsonDerivedType(typeof(NoCash), "noCash")]
[JsonDerivedType(typeof(NoPoolBuysIt), "noPoolBuysIt")]
[JsonDerivedType(typeof(PoolsEmpty), "poolsEmpty")]
[JsonDerivedType(typeof(BelowOneUnit), "belowOneUnit")]
[JsonDerivedType(typeof(Uneconomic), "uneconomic")]
[JsonDerivedType(typeof(ProgramIdle), "programIdle")]
[JsonDerivedType(typeof(UnderCeiling), "underCeiling")]
[JsonDerivedType(typeof(NotOverweight), "notOverweight")]
[JsonDerivedType(typeof(NoSellableLots), "noSellableLots")]
[JsonDerivedType(typeof(BelowSellLevel), "belowSellLevel")]
[JsonDerivedType(typeof(AdHocNeverSells), "adHocNeverSells")]
[JsonDerivedType(typeof(ReserveBelowTarget), "reserveBelowTarget")]
[JsonDerivedType(typeof(Spending), "spending")]
[JsonDerivedType(typeof(PaysForPurchase), "paysForPurchase")]
[JsonDerivedType(typeof(TaxDue), "taxDue")]
[JsonDerivedType(typeof(Suspended), "suspended")]
[JsonDerivedType(typeof(CoreCash), "coreCash")]
public abstract record Reason
{
    private Reason()
    {
    }

    /// <summary>The reason as a sentence without a full stop; it stands in the plan's canonical form beside the numbers.</summary>
    public abstract string Words { get; }

    /// <inheritdoc/>
    public sealed override string ToString() => Words;

    private static string Points(Drift drift) => drift.Points.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);

    private static string Percent(decimal fraction) => (fraction * 100m).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Bought until its drift reached the water level.</summary>
    public sealed record FilledToLevel(Drift Before, Drift Level) : Reason
    {
        /// <inheritdoc/>
        public override string Words => $"drift {Points(Before)} was below the water level {Points(Level)}, so it is filled up to it";
    }

    /// <summary>Bought with what rounding the other purchases to whole units left over.</summary>
    public sealed record RoundingLeft(Drift Before) : Reason
    {
        /// <inheritdoc/>
        public override string Words => $"drift {Points(Before)} is the furthest below target that what rounding left over pays a unit for";
    }

    /// <summary>Bought above its target because the policy deploys fresh cash in full.</summary>
    public sealed record DeployedAboveTarget(Drift Level) : Reason
    {
        /// <inheritdoc/>
        public override string Words => $"the policy deploys fresh cash in full, which lifts its pool to {Points(Level)} above target";
    }

    /// <summary>Sold for drift, down to the sell level.</summary>
    public sealed record Trimmed(Drift Before, Drift Level, Drift Ceiling, int Month) : Reason
    {
        /// <inheritdoc/>
        public override string Words =>
            $"drift {Points(Before)} is trimmed to the level {Points(Level)}, which brings the portfolio to the ceiling {Points(Ceiling)} of month {Month}";
    }

    /// <summary>Sold to bring the retirement reserve back above its floor.</summary>
    public sealed record SoldForReserve(Money Reserve, Money Floor, Money Goal) : Reason
    {
        /// <inheritdoc/>
        public override string Words => $"the reserve of {Reserve} is under its floor of {Floor}; the sale raises it, net of tax, to {Goal}";
    }

    /// <summary>Not bought: overweight.</summary>
    public sealed record Overweight(Drift Drift) : Reason
    {
        /// <inheritdoc/>
        public override string Words => $"not bought: overweight at drift {Points(Drift)}";
    }

    /// <summary>Not bought: underweight, but less so than the water level.</summary>
    public sealed record AboveLevel(Drift Drift, Drift Level) : Reason
    {
        /// <inheritdoc/>
        public override string Words => $"not bought: drift {Points(Drift)} after dilution is already above the water level {Points(Level)}";
    }

    /// <summary>Nothing to invest.</summary>
    public sealed record NoCash : Reason
    {
        /// <inheritdoc/>
        public override string Words => "not bought: there is no cash to invest";
    }

    /// <summary>No account can buy the class.</summary>
    public sealed record NoPoolBuysIt : Reason
    {
        /// <inheritdoc/>
        public override string Words => "not bought: no account can buy an instrument of this class";
    }

    /// <summary>The accounts that could buy it have no cash left for it.</summary>
    public sealed record PoolsEmpty(Drift Drift) : Reason
    {
        /// <inheritdoc/>
        public override string Words => $"not bought: the accounts that can buy it have no cash left for it (drift {Points(Drift)})";
    }

    /// <summary>The amount does not pay for one unit or the smallest order.</summary>
    public sealed record BelowOneUnit(Money Amount, Money Smallest) : Reason
    {
        /// <inheritdoc/>
        public override string Words => $"its share of {Amount.Rounded} does not pay for the smallest order of {Smallest.Rounded}; the cash is carried";
    }

    /// <summary>Fixed costs would eat too much of the leg.</summary>
    public sealed record Uneconomic(Money FixedCost, Money Amount, decimal MaximumShare) : Reason
    {
        /// <inheritdoc/>
        public override string Words =>
            $"fixed costs of {FixedCost.Rounded} are more than {Percent(MaximumShare)} % of {Amount.Rounded}, so the leg is dropped and the rest solved again";
    }

    /// <summary>No sell program, and projected drift is not above N.</summary>
    public sealed record ProgramIdle(Drift Projected, Drift Maximum) : Reason
    {
        /// <inheritdoc/>
        public override string Words => $"not sold: projected portfolio drift {Points(Projected)} is not above N = {Points(Maximum)}";
    }

    /// <summary>A sell program runs, but projected drift is at or below this month's ceiling.</summary>
    public sealed record UnderCeiling(Drift Projected, Drift Ceiling, int Month) : Reason
    {
        /// <inheritdoc/>
        public override string Words =>
            $"not sold: projected portfolio drift {Points(Projected)} is not above the ceiling {Points(Ceiling)} of month {Month}";
    }

    /// <summary>Not overweight, so not sold for drift.</summary>
    public sealed record NotOverweight(Drift Drift) : Reason
    {
        /// <inheritdoc/>
        public override string Words => $"not sold: drift {Points(Drift)} is not overweight";
    }

    /// <summary>Overweight, but nothing may be sold.</summary>
    public sealed record NoSellableLots(Quantity Units, DateOnly? Earliest) : Reason
    {
        /// <inheritdoc/>
        public override string Words => Earliest is { } day
            ? $"not sold: none of its {Units} units is long-term yet; the first becomes so on {Day(day)}"
            : "not sold: it has no lots that may be sold";
    }

    /// <summary>Overweight, but less than the sell level.</summary>
    public sealed record BelowSellLevel(Drift Drift, Drift Level) : Reason
    {
        /// <inheritdoc/>
        public override string Words => $"not sold: drift {Points(Drift)} is below the sell level {Points(Level)}";
    }

    /// <summary>An ad hoc review routes new cash only.</summary>
    public sealed record AdHocNeverSells : Reason
    {
        /// <inheritdoc/>
        public override string Words => "not sold: an ad hoc review routes only cash that arrived since and never sells";
    }

    /// <summary>The liquidity reserve is below its target.</summary>
    public sealed record ReserveBelowTarget(Money Value, Money Target) : Reason
    {
        /// <inheritdoc/>
        public override string Words => $"the liquidity reserve of {Value.Rounded} is below its target of {Target.Rounded}";
    }

    /// <summary>The month's spending, drawn from the liquidity reserve.</summary>
    public sealed record Spending(Money Amount) : Reason
    {
        /// <inheritdoc/>
        public override string Words => $"spending of {Amount.Rounded} this month is drawn from the liquidity reserve";
    }

    /// <summary>Moves money to where a purchase needs it.</summary>
    public sealed record PaysForPurchase(ClassId Class, Drift Drift) : Reason
    {
        /// <inheritdoc/>
        public override string Words => $"pays for {Class} (drift {Points(Drift)}), which the sending account cannot buy";
    }

    /// <summary>Tax already caused and not set aside yet.</summary>
    public sealed record TaxDue(Money Liability, Money SetAside) : Reason
    {
        /// <inheritdoc/>
        public override string Words => $"tax of {Liability.Rounded} is due and {SetAside.Rounded} is set aside for it";
    }

    /// <summary>Reserve top-ups are suspended during a job loss.</summary>
    public sealed record Suspended : Reason
    {
        /// <inheritdoc/>
        public override string Words => "job loss: topping up the emergency reserve is suspended";
    }

    /// <summary>What is left goes to the core portfolio.</summary>
    public sealed record CoreCash : Reason
    {
        /// <inheritdoc/>
        public override string Words => "what is left goes to the core portfolio";
    }
}
