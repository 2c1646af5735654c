using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Domain.Tests.Gates;

public sealed class HaltGateTests
{
    [Fact]
    public void Without_a_halt_it_is_clear() => VerdictAssert.Cleared(new GateCase().Judge(new HaltGate()));

    [Fact]
    public void A_halt_blocks_with_its_reason_and_says_how_to_resume() => VerdictAssert.Blocked(
        new GateCase().State(s => s.Apply(new Fact.Halted("prices look wrong"))).Judge(new HaltGate()), "prices look wrong", "'resume resume'");

    [Fact]
    public void After_a_resume_it_is_clear_again() => VerdictAssert.Cleared(
        new GateCase().State(s => s.Apply(new Fact.Halted("x")).Apply(new Fact.Resumed("checked"))).Judge(new HaltGate()));
}
