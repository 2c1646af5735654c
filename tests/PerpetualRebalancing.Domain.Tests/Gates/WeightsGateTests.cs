using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tests.Review;

namespace PerpetualRebalancing.Domain.Tests.Gates;

public sealed class WeightsGateTests
{
    private static readonly WeightsGate Gate = new();

    public static TheoryData<string> Months => ["on target", "overweight", "new investor", "nothing at all"];

    [Theory]
    [MemberData(nameof(Months))]
    public void What_the_engines_plan_adds_up(string month) => VerdictAssert.Cleared(Of(month).Judge(Gate), "targets sum to 100 %", "below 0.000000001");

    [Theory]
    [InlineData(0.0000000001)]
    [InlineData(-0.0000000001)]
    public void Targets_must_sum_to_exactly_one(decimal error)
    {
        var input = new GateCase().Input();
        var off = input.Policy.Classes[0] with { Target = new Weight(0.40m + error) };
        VerdictAssert.Blocked(
            Gate.Judge(input with { Policy = input.Policy with { Classes = input.Policy.Classes.SetItem(0, off) } }), "targets sum to", "must sum to 100 % exactly");
    }

    [Theory]
    [InlineData(0.000000001, true)]
    [InlineData(0.0000000011, false)]
    public void Weights_may_miss_one_by_exactly_the_tolerance(decimal error, bool clear)
    {
        var before = Shifted(c => c with { DriftBefore = c.DriftBefore + new Drift(error) });
        var after = Shifted(c => c with { DriftAfter = c.DriftAfter - new Drift(error) });
        if (clear)
        {
            // Rounding of the engines' own divisions may already use some of the tolerance: start from an exact plan.
            VerdictAssert.Cleared(before);
            VerdictAssert.Cleared(after);
        }
        else
        {
            VerdictAssert.Blocked(before, "weights before the plan sum to 1.0000000011", "must sum to 1 within 0.000000001");
            VerdictAssert.Blocked(after, "weights after the plan sum to 0.9999999989");
        }
    }

    [Fact]
    public void A_single_paisa_that_is_not_accounted_for_blocks() => VerdictAssert.Blocked(
        new GateCase().Plan(p => p with { Flows = [p.Flows[0] with { Carried = p.Flows[0].Carried + GateCase.Inr(0.01m) }] }).Judge(Gate),
        "account a has -0.01 INR unaccounted for and 0 are allowed");

    [Theory]
    [InlineData(0.00000000099, true)]
    [InlineData(0.000000001, false)]
    public void A_purchase_or_sale_off_its_optimum_blocks(decimal residual, bool clear)
    {
        var buy = new GateCase().Plan(p => p with { Proof = p.Proof with { BuyResidual = residual } }).Judge(Gate);
        var sell = new GateCase().Plan(p => p with { Proof = p.Proof with { SellResidual = residual } }).Judge(Gate);
        if (clear)
        {
            VerdictAssert.Cleared(buy);
            VerdictAssert.Cleared(sell);
        }
        else
        {
            VerdictAssert.Blocked(buy, "the purchase misses its optimum by 0.000000001 and must be below 0.000000001");
            VerdictAssert.Blocked(sell, "the sale misses its optimum by 0.000000001");
        }
    }

    [Fact]
    public void A_purchase_that_breaks_the_law_of_buy_only_correction_blocks()
    {
        VerdictAssert.Cleared(BreakingTheLawBy(0.000000001m).Judge(Gate));
        VerdictAssert.Blocked(BreakingTheLawBy(0.0000000011m).Judge(Gate), "lowers portfolio drift by 0.0000000011 and", "expects 0;");
    }

    [Fact]
    public void The_law_does_not_hold_when_the_policy_deployed_above_target()
    {
        var deployed = BreakingTheLawBy(0.01m).Plan(p => p with { Proof = p.Proof with { BuyLevels = [new ClassLevel(new ClassId("c0"), new Drift(0.02m))] } });
        VerdictAssert.Cleared(deployed.Policy(p => p with { Buy = p.Buy with { Surplus = SurplusPolicy.Deploy } }).Judge(Gate));
        VerdictAssert.Blocked(deployed.Judge(Gate), "law of buy-only correction");
        VerdictAssert.Blocked(BreakingTheLawBy(0.01m).Policy(p => p with { Buy = p.Buy with { Surplus = SurplusPolicy.Deploy } }).Judge(Gate));
    }

    private static GateCase Of(string month) => new()
    {
        Pool = month switch
        {
            "on target" => GateCase.OnTarget,
            "overweight" => GateCase.Overweight,
            "new investor" => new OnePool { Values = new decimal[7], Cash = 70_000 },
            _ => new OnePool { Values = new decimal[7] },
        },
    };

    private static Verdict Shifted(Func<ClassOutcome, ClassOutcome> change) => new GateCase().Plan(p => p with
    {
        Classes = p.Classes.Select(c => c with { DriftBefore = Drift.Zero, DriftAfter = Drift.Zero }).Select((c, i) => i == 0 ? change(c) : c).ToImmutableArray(),
    }).Judge(Gate);

    private static GateCase BreakingTheLawBy(decimal error) =>
        new GateCase().Plan(p => p with { Proof = p.Proof with { Law = new BuyLaw(Drift.Zero, new Drift(error)) } });
}
