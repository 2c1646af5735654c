using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tests.Ledger;

public sealed class SellProgramTests
{
    private static readonly SellPolicy Policy = new(Drift.FromPoints(10), Drift.FromPoints(5), 6, true, IncompletePolicy.End);
    private static readonly Slot First = new(2026, 1);

    /// <summary>The seed's chart (golden/sell-ceiling.json): drift, ceiling, action.</summary>
    public static readonly (double Drift, double Ceiling, bool Sells)[] Chart =
    [
        (6.0, 10, false), (8.0, 10, false), (9.5, 10, false), (10.8, 10, true), (9.5, 9, true), (8.5, 8, true),
        (6.5, 7, false), (6.2, 6, true), (4.8, 5, false), (5.5, 10, false), (6.0, 10, false),
    ];

    [Fact]
    public void The_seeds_chart_is_followed_month_by_month()
    {
        SellProgram program = SellProgram.Idle.Value;
        var slot = First;
        foreach (var (drift, ceiling, sells) in Chart)
        {
            var step = program.Evaluate(Policy, slot, Points(drift));
            Assert.Equal(Points(ceiling), CeilingOf(step));
            Assert.Equal(sells, step is ProgramStep.Sell);
            // A month that sells ends at its ceiling.
            program = SellProgram.Close(Policy, step, sells ? Points(ceiling) : Points(drift)).Next;
            slot = slot.Next;
        }

        Assert.Equal(SellProgram.Idle.Value, program);
    }

    [Fact]
    public void A_program_starts_strictly_above_N()
    {
        Assert.IsType<ProgramStep.Idle>(SellProgram.Idle.Value.Evaluate(Policy, First, Points(10)));
        var step = Assert.IsType<ProgramStep.Sell>(SellProgram.Idle.Value.Evaluate(Policy, First, new Drift(0.1000000000000000000000000001m)));
        Assert.Equal((1, First, Points(10)), (step.Month, step.Started, step.Ceiling));
    }

    [Fact]
    public void Drift_exactly_at_the_ceiling_needs_no_sale() =>
        Assert.IsType<ProgramStep.NoSale>(new SellProgram.Active(3, First, false).Evaluate(Policy, First, Points(8)));

    [Fact]
    public void With_one_month_the_ceiling_is_the_minimum_at_once()
    {
        var policy = Policy with { Months = 1 };
        var step = Assert.IsType<ProgramStep.Sell>(SellProgram.Idle.Value.Evaluate(policy, First, Points(10.1)));
        Assert.Equal(Points(5), step.Ceiling);
        Assert.Equal((SellProgram.Idle.Value, ProgramEnd.Reached), SellProgram.Close(policy, step, Points(5)));
        Assert.Equal((SellProgram.Idle.Value, ProgramEnd.Incomplete), SellProgram.Close(policy, step, Points(5.01)));
    }

    [Fact]
    public void With_one_month_a_drift_between_minimum_and_N_starts_nothing() =>
        Assert.IsType<ProgramStep.Idle>(SellProgram.Idle.Value.Evaluate(Policy with { Months = 1 }, First, Points(9)));

    [Fact]
    public void A_program_above_the_minimum_after_its_last_month_ends_as_incomplete()
    {
        var step = new SellProgram.Active(6, First, false).Evaluate(Policy, First, Points(9));
        Assert.Equal((SellProgram.Idle.Value, ProgramEnd.Incomplete), SellProgram.Close(Policy, step, Points(6)));
    }

    [Fact]
    public void Policy_hold_keeps_the_minimum_as_the_ceiling_until_it_is_reached()
    {
        var policy = Policy with { Incomplete = IncompletePolicy.Hold };
        var step = new SellProgram.Active(6, First, false).Evaluate(policy, First, Points(9));
        var (next, end) = SellProgram.Close(policy, step, Points(6));
        Assert.Equal((new SellProgram.Active(6, First, true), ProgramEnd.Holding), (next, end));

        // Told once; then it holds quietly, and a drift between minimum and N is still sold.
        step = Assert.IsType<ProgramStep.Sell>(next.Evaluate(policy, First, Points(5.5)));
        Assert.Equal(Points(5), CeilingOf(step));
        (next, end) = SellProgram.Close(policy, step, Points(5.2));
        Assert.Equal((new SellProgram.Active(6, First, true), ProgramEnd.None), (next, end));
        Assert.Equal((SellProgram.Idle.Value, ProgramEnd.Reached), SellProgram.Close(policy, next.Evaluate(policy, First, Points(4.9)), Points(4.9)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void A_program_ends_as_soon_as_a_review_ends_at_the_minimum(int month)
    {
        var step = new SellProgram.Active(month, First, false).Evaluate(Policy, First, Points(4));
        Assert.IsType<ProgramStep.NoSale>(step);
        Assert.Equal((SellProgram.Idle.Value, ProgramEnd.Reached), SellProgram.Close(Policy, step, Points(5)));
    }

    [Fact]
    public void A_new_breach_inside_a_program_does_not_restart_it()
    {
        var step = Assert.IsType<ProgramStep.Sell>(new SellProgram.Active(4, First, false).Evaluate(Policy, new Slot(2026, 4), Points(25)));
        Assert.Equal((4, First, Points(7)), (step.Month, step.Started, step.Ceiling));
        Assert.Equal(new SellProgram.Active(5, First, false), SellProgram.Close(Policy, step, Points(7)).Next);
    }

    [Fact]
    public void A_review_that_was_not_asked_leaves_the_program_idle_or_is_never_closed_for_it() =>
        Assert.Equal((SellProgram.Idle.Value, ProgramEnd.None), SellProgram.Close(Policy, new ProgramStep.Idle(Points(3), Points(10)), Points(3)));

    [Fact]
    public void Ceilings_fall_linearly_and_stay_at_the_minimum() =>
        Assert.Equal([10m, 9m, 8m, 7m, 6m, 5m, 5m], Enumerable.Range(1, 7).Select(k => Policy.CeilingIn(k).Points));

    private static Drift Points(double points) => Drift.FromPoints((decimal)points);

    private static Drift CeilingOf(ProgramStep step) => step switch
    {
        ProgramStep.Sell s => s.Ceiling,
        ProgramStep.NoSale n => n.Ceiling,
        ProgramStep.Idle i => i.Maximum,
        _ => throw new InvalidOperationException("Only asked programs have a ceiling."),
    };
}
