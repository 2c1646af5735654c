using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Gates;

/// <summary>Does the plan add up: targets, weights, money, and the proof that it is the engines' answer (semantics §2 to §4)?</summary>
public sealed class WeightsGate : IGate
{
    /// <summary>How far sums of fractions and the proof may be off through decimal division alone.</summary>
    public const decimal Tolerance = 1e-9m;

    private const string PlanAgain = "the plan is wrong: do not place it, plan again and report it";

    /// <inheritdoc/>
    public string Name => "weights";

    /// <inheritdoc/>
    public Verdict Judge(GateInput input)
    {
        var plan = input.Plan;
        var blocked = new List<string>();
        var targets = input.Policy.Classes.Sum(c => c.Target.Fraction);
        if (targets != 1m)
        {
            blocked.Add($"the targets sum to {GateWords.Percent(targets)} and must sum to 100 % exactly; correct classes[].target");
        }

        Weights(plan.CoreBefore, "before", plan.Classes.Sum(c => c.Target.Fraction + c.DriftBefore.Fraction), blocked);
        Weights(plan.CoreAfter, "after", plan.Classes.Sum(c => c.Target.Fraction + c.DriftAfter.Fraction), blocked);
        foreach (var flow in plan.Flows.Where(f => !f.Residual.IsZero))
        {
            blocked.Add($"account {flow.Account} has {flow.Residual} unaccounted for and 0 are allowed; {PlanAgain}");
        }

        Residual("purchase", plan.Proof.BuyResidual, blocked);
        Residual("sale", plan.Proof.SellResidual, blocked);
        Law(input, blocked);
        return Verdict.Worst(
            blocked, [],
            $"targets sum to 100 %, weights to 100 % within {Canonical.Text(Tolerance)}, money is conserved exactly in {GateWords.Count(plan.Flows.Length, "account")}, "
            + $"and the engines' residual of {Canonical.Text(Math.Max(plan.Proof.BuyResidual, plan.Proof.SellResidual))} is below {Canonical.Text(Tolerance)}");
    }

    // An empty portfolio has no weights: its drifts are the targets with a minus, so they sum to zero.
    private static void Weights(Money core, string when, decimal sum, List<string> blocked)
    {
        var expected = core.IsZero ? 0m : 1m;
        if (Math.Abs(sum - expected) > Tolerance && !(core.IsZero && Math.Abs(sum - 1m) <= Tolerance))
        {
            blocked.Add($"the class weights {when} the plan sum to {Canonical.Text(sum)} and must sum to {expected} within {Canonical.Text(Tolerance)}; {PlanAgain}");
        }
    }

    private static void Residual(string what, decimal residual, List<string> blocked)
    {
        if (Math.Abs(residual) >= Tolerance)
        {
            blocked.Add($"the {what} misses its optimum by {Canonical.Text(residual)} and must be below {Canonical.Text(Tolerance)}; {PlanAgain}");
        }
    }

    private static void Law(GateInput input, List<string> blocked)
    {
        var proof = input.Plan.Proof;
        if (input.Policy.Buy.Surplus == SurplusPolicy.Deploy && proof.BuyLevels.Any(l => l.Level > Drift.Zero))
        {
            return;
        }

        if (Math.Abs(proof.Law.Expected.Fraction - proof.Law.Achieved.Fraction) > Tolerance)
        {
            blocked.Add($"the purchase lowers portfolio drift by {Canonical.Text(proof.Law.Achieved.Fraction)} and the law of buy-only correction expects "
                + $"{Canonical.Text(proof.Law.Expected.Fraction)}; {PlanAgain}");
        }
    }
}
