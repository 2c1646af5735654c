namespace PerpetualRebalancing.Domain.Gates;

/// <summary>Does the whole batch turn over little enough of the core portfolio? Sells and buys of asset classes count, reserve legs and
/// moved money do not.</summary>
/// <remarks>A batch that only buys cannot churn: it is bounded by cash that was really seen. Above the limit it needs approval, so that
/// the first months of a new investor work; a batch that also sells is blocked.</remarks>
public sealed class TurnoverGate : IGate
{
    /// <inheritdoc/>
    public string Name => "turnover";

    /// <inheritdoc/>
    public Verdict Judge(GateInput input)
    {
        var limit = input.Policy.Limits.MaximumTurnover;
        var legs = input.Plan.Legs.Where(leg => leg.Class is not null).ToArray();
        var traded = input.ValueOf(legs);
        if (traded.IsZero)
        {
            return new Verdict.Cleared($"the batch trades 0 % of the core portfolio, {GateWords.Percent(limit)} is the most");
        }

        var sells = legs.Any(leg => leg.IsSale);
        var (core, when) = input.IsYoung && !sells ? (input.Plan.CoreAfter, "after it") : (input.Plan.CoreBefore, "before it");
        if (!core.IsPositive)
        {
            return new Verdict.Blocked($"the batch trades {traded.Rounded} against a core portfolio of {core.Rounded} {when}; check the prices and plan again");
        }

        var turnover = traded.Amount / core.Amount;
        var words = $"the batch trades {traded.Rounded}, {GateWords.Percent(turnover)} of the core portfolio of {core.Rounded} {when}, and "
            + $"{GateWords.Percent(limit)} is the most";
        return turnover <= limit ? new Verdict.Cleared(words)
            : sells ? new Verdict.Blocked($"{words}; check the data, or raise limits.maximumTurnoverPercent")
            : new Verdict.NeedsApproval($"{words}; it only invests cash: approve it if the amount is right");
    }
}
