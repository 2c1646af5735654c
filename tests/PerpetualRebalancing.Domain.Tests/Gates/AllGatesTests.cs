using System.Collections.Immutable;
using System.Text.Json;
using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Domain.Tests.Gates;

public sealed class AllGatesTests
{
    [Fact]
    public void An_ordinary_month_is_clear_at_every_gate()
    {
        var judgement = AllGates.Judge(new GateCase().Input());
        Assert.All(judgement.Verdicts, v => VerdictAssert.Cleared(v.Verdict));
        VerdictAssert.Cleared(judgement.Outcome, "all 15 gates");
    }

    [Fact]
    public void Every_gate_that_exists_is_asked_once_and_in_order()
    {
        var gates = typeof(IGate).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(IGate)));
        Assert.Equal(gates.Select(t => t.Name).Order(), AllGates.InOrder.Select(g => g.GetType().Name).Order());
        Assert.Equal(AllGates.InOrder.Length, AllGates.InOrder.Select(g => g.Name).Distinct().Count());
        Assert.Equal(AllGates.InOrder.Select(g => g.Name), AllGates.Judge(new GateCase().Input()).Verdicts.Select(v => v.Gate));
    }

    [Fact]
    public void A_gate_that_throws_blocks_with_its_name_and_message_and_the_others_are_still_asked()
    {
        var judgement = AllGates.Judge([new Throws(), new HaltGate(), new Throws()], new GateCase().Input());
        Assert.Equal(["throws", "halt", "throws"], judgement.Verdicts.Select(v => v.Gate));
        VerdictAssert.Blocked(judgement.Verdicts[0].Verdict, "'throws'", "no such thing");
        VerdictAssert.Cleared(judgement.Verdicts[1].Verdict);
        VerdictAssert.Blocked(judgement.Outcome, "throws: ");
        Assert.Equal(2, judgement.Blocked.Length);
    }

    [Fact]
    public void Without_any_calendar_several_gates_block_and_none_hides_the_other()
    {
        var judgement = AllGates.Judge(new GateCase().Calendars().State(s => s.Apply(new Fact.Halted("stop"))).Input());
        Assert.Equal(AllGates.InOrder.Length, judgement.Verdicts.Length);
        Assert.Equal(["halt", "market hours", "stale price"], judgement.Blocked.Select(v => v.Gate));
        VerdictAssert.Blocked(judgement.Outcome, "stop", "stale price: the gate 'stale price' could not judge");
    }

    [Fact]
    public void The_outcome_is_the_worst_verdict()
    {
        var asks = new GateCase().Quote("c0", q => q with { Reference = null });
        VerdictAssert.NeedsApproval(AllGates.Judge(asks.Input()).Outcome, "price collar: ");
        VerdictAssert.Blocked(AllGates.Judge(asks.State(s => s.Apply(new Fact.Halted("stop"))).Input()).Outcome, "halt: ");
    }

    [Fact]
    public void Verdicts_come_back_from_their_json()
    {
        ImmutableArray<GateVerdict> verdicts = [new("a", new Verdict.Cleared("1 of 2")), new("b", new Verdict.NeedsApproval("2 of 2")), new("c", new Verdict.Blocked("3 of 2"))];
        var text = JsonSerializer.Serialize(verdicts, DomainJson.Default.ImmutableArrayGateVerdict);
        Assert.Equal(
            """[{"gate":"a","verdict":{"verdict":"cleared","why":"1 of 2"}},{"gate":"b","verdict":{"verdict":"needsApproval","why":"2 of 2"}},{"gate":"c","verdict":{"verdict":"blocked","why":"3 of 2"}}]""",
            text);
        Assert.Equal(verdicts, JsonSerializer.Deserialize(text, DomainJson.Default.ImmutableArrayGateVerdict));
    }

    private sealed class Throws : IGate
    {
        public string Name => "throws";

        public Verdict Judge(GateInput input) => throw new InvalidOperationException("no such thing");
    }
}
