using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Tests.Gates;

public sealed class CashCoverGateTests
{
    private static readonly CashCoverGate Gate = new();

    [Fact]
    public void The_engines_plan_is_covered() => VerdictAssert.Cleared(new GateCase().Judge(Gate), "account a needs 70000 INR of 70000 INR");

    [Theory]
    [InlineData(70_000, true)]
    [InlineData(70_000.01, false)]
    public void Cash_may_be_used_to_the_last_paisa_and_no_further(decimal value, bool clear) =>
        Check(Placing(GateCase.Leg("B1", LegPurpose.Invest, value, "c0")), clear, $"needs {Canonical.Text(value)} INR", "70000 INR");

    [Theory]
    [InlineData(10, true)]
    [InlineData(10.01, false)]
    public void Charges_count(decimal charges, bool clear) =>
        Check(Placing(GateCase.Leg("B1", LegPurpose.Invest, 69_990, "c0", charges: charges)), clear, "70000 INR");

    [Theory]
    [InlineData(Dealing.Exchange, 70_000, true)]
    [InlineData(Dealing.Exchange, 70_001, false)]
    [InlineData(Dealing.Nav, 70_001, true)]
    public void A_slippage_buffer_is_kept_for_exchange_orders_only(Dealing dealing, decimal value, bool clear)
    {
        var gate = Placing(GateCase.Leg("B1", LegPurpose.Invest, value, "c0")).Instrument("c0", i => i with { Dealing = dealing }).Limits(l => l with { SlippageBuffer = 0.01m });
        Check(gate with { Pool = GateCase.OnTarget with { Cash = 70_700 } }, clear, "70700 INR");
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(100.01, false)]
    public void Sales_of_the_same_account_pay_net_of_their_charges(decimal over, bool clear) => Check(
        Placing(GateCase.Leg("S1", LegPurpose.Trim, 110, "c1", charges: 10), GateCase.Leg("B1", LegPurpose.Invest, 70_000 + over, "c0")), clear, "of 70100 INR|has 70100 INR");

    [Fact]
    public void Claims_are_not_spent() => VerdictAssert.Blocked(
        new GateCase().State(s => s.Apply(new Fact.Earmarked(GateCase.A, EarmarkKind.Tax, GateCase.Inr(5_000), "tax")))
            .Plan(p => p with { Legs = [GateCase.Leg("B1", LegPurpose.Invest, 65_000.01m, "c0")] }).Judge(Gate),
        "needs 65000.01 INR", "has 65000 INR");

    [Fact]
    public void Claims_larger_than_the_cash_block_the_account_even_for_sales() => VerdictAssert.Blocked(
        Placing(GateCase.Leg("S1", LegPurpose.Trim, 1_000_000, "c0")).State(s => s.Apply(new Fact.Earmarked(GateCase.A, EarmarkKind.Tax, GateCase.Inr(70_000.01m), "tax")))
            .Judge(Gate),
        "claims of 70000.01 INR on cash of 70000 INR");

    [Fact]
    public void Tax_claimed_on_proceeds_that_settle_tomorrow_holds_up_buys_and_not_sales()
    {
        var filled = (Func<GateCase, Verdict>)(gate => Unsettled(gate, 500)
            .State(s => s.Apply(new Fact.Earmarked(GateCase.A, EarmarkKind.Tax, GateCase.Inr(70_100), "tax"))).Judge(Gate));
        VerdictAssert.Cleared(filled(Placing(GateCase.Leg("S2", LegPurpose.Trim, 10, "c0"))), "needs 0 INR of 10 INR");
        VerdictAssert.Blocked(filled(Placing(GateCase.Leg("B1", LegPurpose.Invest, 1, "c0"))), "needs 1 INR", "has 0 INR");
    }

    [Fact]
    public void Reserve_cash_pays_for_withdrawals_and_for_nothing_else()
    {
        var pool = GateCase.OnTarget with { Cash = 0, ReserveCash = 1_000 };
        VerdictAssert.Cleared((Placing(GateCase.Leg("W1", LegPurpose.Withdraw, 1_000)) with { Pool = pool }).Judge(Gate), "needs 1000 INR of 1000 INR");
        VerdictAssert.Blocked((Placing(GateCase.Leg("W1", LegPurpose.Withdraw, 1_000.01m)) with { Pool = pool }).Judge(Gate), "has 1000 INR");
        VerdictAssert.Blocked((Placing(GateCase.Leg("B1", LegPurpose.Invest, 1, "c0")) with { Pool = pool }).Judge(Gate), "needs 1 INR", "has 0 INR");
    }

    [Fact]
    public void An_ad_hoc_review_leaves_carried_cash_alone()
    {
        var carried = Placing(GateCase.Leg("B1", LegPurpose.Invest, 70_000, "c0"))
            .State(s => s.Apply(new Fact.Earmarked(GateCase.A, EarmarkKind.Carried, GateCase.Inr(1), "carried")));
        VerdictAssert.Cleared(carried.Judge(Gate));
        VerdictAssert.Blocked((carried with { Pool = GateCase.OnTarget with { Kind = ReviewKind.AdHoc } }).Judge(Gate), "has 69999 INR");
    }

    [Fact]
    public void Cash_that_unsettled_trades_will_take_is_gone_and_what_they_will_bring_is_not_there()
    {
        var all = Placing(GateCase.Leg("B1", LegPurpose.Invest, 70_000, "c0"));
        VerdictAssert.Blocked(Unsettled(all, -1).Judge(Gate), "has 69999 INR");
        VerdictAssert.Cleared(Unsettled(all, 500).Judge(Gate), "of 70000 INR");
    }

    [Fact]
    public void An_order_at_the_broker_keeps_its_cash()
    {
        var leg = GateCase.Leg("B1", LegPurpose.Invest, 60_000, "c0");
        var batch = new BatchId("b");
        var open = Placing(GateCase.Leg("B2", LegPurpose.Invest, 10_000.01m, "c1"))
            .State(s => s.Apply(new Fact.BatchPlanned(batch, "h", new Slot(2026, 6), ReviewKind.Scheduled, new ProgramStep.Idle(default, default), [leg], false, default, default))
                .Apply(new Fact.LegMoved(batch, leg.Id, LegState.Scheduled, null, null, null, "")).Apply(new Fact.LegMoved(batch, leg.Id, LegState.Submitting, leg.Quantity, "k", null, "")));
        VerdictAssert.Blocked(open.Judge(Gate), "needs 10000.01 INR", "has 10000 INR");
    }

    [Fact]
    public void A_purchase_that_waits_for_a_transfer_is_not_paid_from_here_until_the_money_has_arrived()
    {
        var fund = GateCase.Leg("F1", LegPurpose.Fund, 1_000, to: "a", charges: 10);
        var buy = GateCase.Leg("B1", LegPurpose.Invest, 69_000, "c0", waits: "F1");
        VerdictAssert.Cleared(Placing(fund, buy).Judge(Gate), "needs 1010 INR");
        VerdictAssert.Cleared(
            Placing(buy).State(s => s with { InTransit = [new MoneyInTransit(new BatchId("b"), fund.Id, GateCase.A, GateCase.A, GateCase.Inr(1_000))] }).Judge(Gate),
            "needs 0 INR");
        VerdictAssert.Cleared(Placing(buy).Judge(Gate), "needs 69000 INR");
    }

    [Fact]
    public void A_plan_that_sets_aside_more_than_there_is_blocks() => VerdictAssert.Blocked(
        new GateCase().Plan(p => p with { Flows = [p.Flows[0] with { Carried = GateCase.Inr(-0.01m) }] }).Judge(Gate), "account a with -0.01 INR", "0 is the least");

    [Fact]
    public void An_account_that_was_not_read_blocks()
    {
        VerdictAssert.Blocked(Gate.Judge(new GateCase().Losing(r => r with { Accounts = [] })), "account a has 0 cash readings and 1 is needed");
    }

    private static GateCase Placing(params PlannedLeg[] legs) => new() { Legs = _ => legs };

    private static GateCase Unsettled(GateCase from, decimal amount) => from.Read(i => i with
    {
        Accounts = i.Accounts.Select(a => a with { Unsettled = GateCase.Inr(amount) }).ToImmutableArray(),
    });

    private static void Check(GateCase gate, bool clear, params string[] words)
    {
        var verdict = gate.Judge(Gate);
        words = words.Select(w => w.Contains('|', StringComparison.Ordinal) ? w.Split('|')[clear ? 0 : 1] : w).ToArray();
        if (clear)
        {
            VerdictAssert.Cleared(verdict, words);
        }
        else
        {
            VerdictAssert.Blocked(verdict, [.. words, "add cash or plan again"]);
        }
    }
}
