using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tests.Gates;

public sealed class AccountModeGateTests
{
    private static readonly AccountModeGate Gate = new();

    [Fact]
    public void A_paper_account_is_clear() => VerdictAssert.Cleared(new GateCase().Judge(Gate), "a is in mode paper");

    [Fact]
    public void An_observed_account_blocks_and_names_its_legs() =>
        VerdictAssert.Blocked(In(AccountMode.Observe).Judge(Gate), "account a is in mode observe", "7 legs: B1, B2", "arm it");

    [Fact]
    public void An_observed_account_without_legs_to_place_blocks_nothing() =>
        VerdictAssert.Cleared((In(AccountMode.Observe) with { Legs = _ => [] }).Judge(Gate), "0 legs");

    [Fact]
    public void Money_is_not_moved_out_of_an_observed_account_either() => VerdictAssert.Blocked(
        (In(AccountMode.Observe) with { Legs = _ => [GateCase.Leg("W1", Domain.Review.LegPurpose.Withdraw, 5)] }).Judge(Gate), "W1");

    [Fact]
    public void A_live_account_that_only_its_file_calls_live_is_not_armed() =>
        VerdictAssert.Blocked(In(AccountMode.Live).Judge(Gate), "mode live by its file alone", "arms it by typing");

    [Fact]
    public void A_live_account_that_a_person_armed_is_clear() => VerdictAssert.Cleared(
        In(AccountMode.Observe).State(s => s.Apply(new Fact.ModeSet(GateCase.A, AccountMode.Live))).Judge(Gate), "a is in mode live");

    [Fact]
    public void A_recorded_mode_outranks_the_file() => VerdictAssert.Blocked(
        In(AccountMode.Paper).State(s => s.Apply(new Fact.ModeSet(GateCase.A, AccountMode.Observe))).Judge(Gate), "mode observe");

    private static GateCase In(AccountMode mode) => new GateCase().Policy(p => p with
    {
        Accounts = p.Accounts.Select(a => a with { Mode = mode }).ToImmutableArray(),
    });
}
