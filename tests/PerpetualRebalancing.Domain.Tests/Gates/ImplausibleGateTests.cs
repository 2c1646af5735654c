using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tests.Review;

namespace PerpetualRebalancing.Domain.Tests.Gates;

public sealed class ImplausibleGateTests
{
    private static readonly ImplausibleGate Gate = new();

    [Fact]
    public void A_portfolio_that_agrees_with_its_ledger_is_clear() => VerdictAssert.Cleared(
        new GateCase().Judge(Gate), "largest class drift is 0 points either way, 50 points are believable", "differ from the ledger by at most 0 %, 0.1 % are allowed");

    [Theory]
    [InlineData(900_000, 100_000)]
    [InlineData(300_000, 700_000)]
    public void A_drift_of_exactly_the_limit_is_believed(decimal first, decimal second) =>
        VerdictAssert.Cleared(new GateCase { Pool = Holding(first, second) }.Judge(Gate), "largest class drift is 50 points either way, 50 points are believable");

    [Fact]
    public void A_drift_beyond_the_limit_blocks() => VerdictAssert.Blocked(
        new GateCase { Pool = Holding(900_001, 99_999) }.Judge(Gate), "class c0 has a drift of +50.0001 points, and at most 50 points", "limits.implausibleDrift");

    [Fact]
    public void A_missing_class_blocks_by_its_underweight_too() => VerdictAssert.Blocked(
        new GateCase { Pool = Holding(0, 1_000_000) }.Limits(l => l with { ImplausibleDrift = Drift.FromPoints(39) }).Judge(Gate), "class c0 has a drift of -40 points");

    [Theory]
    [InlineData(0, true)]
    [InlineData(69_999, true)]
    [InlineData(70_000, false)]
    public void Drift_is_ignored_while_the_portfolio_is_smaller_than_the_cash_that_goes_into_it(decimal held, bool young)
    {
        var verdict = new GateCase { Pool = new OnePool { Values = [held, 0, 0, 0, 0, 0, 0], Cash = 70_000 } }.Judge(Gate);
        if (young)
        {
            VerdictAssert.Cleared(verdict, $"{held} INR is young", "70000 INR");
        }
        else
        {
            VerdictAssert.Blocked(verdict, "class c0 has a drift of +60 points");
        }
    }

    [Theory]
    [InlineData(400_400, true)]
    [InlineData(399_600, true)]
    [InlineData(400_400.01, false)]
    [InlineData(399_599.99, false)]
    public void Units_may_differ_from_the_ledger_by_exactly_the_limit(decimal reported, bool clear)
    {
        var verdict = Reporting(reported).Judge(Gate);
        if (clear)
        {
            VerdictAssert.Cleared(verdict, "at most 0.1 %");
        }
        else
        {
            VerdictAssert.Blocked(verdict, "units of c0 and the ledger has 400000", "0.1 % are allowed");
        }
    }

    [Fact]
    public void Units_that_the_account_no_longer_reports_block() =>
        VerdictAssert.Blocked(Reporting(null).Judge(Gate), "reports 0 units of c0 and the ledger has 400000: 100 % apart");

    [Fact]
    public void Units_that_the_ledger_never_saw_block() => VerdictAssert.Blocked(
        new GateCase().State(s => s with { Lots = s.Lots.Remove(new(GateCase.A, new InstrumentId("c0"))) }).Judge(Gate),
        "reports 400000 units of c0 and the ledger has 0: 100 % apart");

    [Fact]
    public void An_account_that_was_not_read_blocks()
    {
        VerdictAssert.Blocked(Gate.Judge(new GateCase().Losing(r => r with { Accounts = [] })), "account a has 0 readings and 1 is needed");
    }

    private static OnePool Holding(decimal first, decimal second) => new() { Values = [first, second, 0, 0, 0, 0, 0], Cash = 0, Sell = NeverSells };

    private static Domain.Policy.SellPolicy NeverSells =>
        new(Drift.FromPoints(100), Drift.FromPoints(50), 6, true, Domain.Policy.IncompletePolicy.End);

    private static GateCase Reporting(decimal? units) => new GateCase().Read(i => i with
    {
        Accounts = i.Accounts.Select(a => a with
        {
            Holdings = a.Holdings.Where(h => units is not null || h.Instrument.Value != "c0")
                .Select(h => h.Instrument.Value == "c0" ? new HoldingReading(h.Instrument, new Quantity(units!.Value)) : h).ToImmutableArray(),
        }).ToImmutableArray(),
    });
}
