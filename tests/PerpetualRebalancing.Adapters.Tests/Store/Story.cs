using System.Collections.Immutable;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Adapters.Tests.Store;

/// <summary>A month in which everything that can happen happens once: a log that folds, with every kind of fact in it.</summary>
internal static class Story
{
    public static readonly HouseholdId Household = HouseholdId.Of("sharma");
    public static readonly AccountId Rupees = AccountId.Of("demat");
    public static readonly AccountId Dollars = AccountId.Of("foreign");
    public static readonly MemberId Asha = MemberId.Of("asha");
    public static readonly InstrumentId Nifty = InstrumentId.Of("NIFTYBEES");
    public static readonly InstrumentId Debt = InstrumentId.Of("LIQUIDBEES");
    public static readonly BatchId Batch = BatchId.Of("4f1c09aa21");
    public static readonly Slot Slot = new(2026, 8);
    public static readonly DateTimeOffset Start = new(2026, 8, 31, 4, 30, 0, TimeSpan.Zero);

    private static readonly DateOnly Day = new(2026, 8, 31);
    private static readonly ProgramStep Sell = new ProgramStep.Sell(1, Slot, Points(5m), Points(6.25m), Holding: false);

    public static Fact Opened => new Fact.Opened(
        Phase.Accumulation,
        [new ReserveCash(Rupees, Inr(500000m)), new ReserveCash(Dollars, Usd(40.5m))],
        [new ReserveCash(Rupees, Inr(120000m))],
        [new TaxLot(LotId.Of("L1"), Rupees, Nifty, new DateOnly(2022, 1, 3), new Quantity(400m), Inr(181.2345m))],
        [new OpeningTax(Asha, Inr(2500m))]);

    public static ImmutableArray<Fact> Facts =>
    [
        Opened,
        new Fact.PhaseSet(Phase.Retirement),
        new Fact.JobLossSet(true),
        new Fact.CashReceived(Rupees, Inr(75000.10m), IncomeKind.Salary, "salary, \"August\"\nसैलरी"),
        new Fact.CashLeft(Rupees, Inr(12.34m), "bank fee"),
        new Fact.Earmarked(Rupees, EarmarkKind.Tax, Inr(9000m), "estimated"),
        new Fact.TaxPaid(Asha, Rupees, Inr(4000m), Inr(4000m), Day, "challan 0042"),
        new Fact.ModeSet(Rupees, AccountMode.Paper),
        new Fact.BatchPlanned(
            Batch, new string('a', 64), Slot, ReviewKind.Scheduled, Sell, Legs, NeedsApproval: true, Start.AddDays(2), Day.AddDays(5)),
        new Fact.ApprovalGiven(Batch, new string('a', 64), "ravi"),
        new Fact.BatchApproved(Batch, new string('a', 64), "asha"),
        Moved("S1", LegState.Scheduled),
        Moved("S1", LegState.Submitting, new Quantity(100m), "key-S1"),
        new Fact.LegFilled(
            Batch, LegId.Of("S1"), "T-1", Rupees, Nifty, Side.Sell, new Quantity(100m), new UnitPrice(250.5m, Currency.Inr),
            [new ChargeLine("STT", Inr(25m)), new ChargeLine("DP", Inr(15.34m))], Day, Day.AddDays(1),
            [new LotPick(LotId.Of("L1"), new Quantity(100m), new DateOnly(2022, 1, 3), new LotTerm.Long(), new BucketId("in-equity/long"), Inr(25050m), Inr(18123.45m), Inr(18123.45m))], NewLot: null, Asha, Inr(865.82m)),
        Moved("S1", LegState.Filled),
        Moved("B1", LegState.Scheduled),
        new Fact.LegHandedOver(Batch, LegId.Of("B1"), "nobody logged in"),
        Moved("B1", LegState.Submitting, new Quantity(20m), "key-B1"),
        new Fact.LegFilled(
            Batch, LegId.Of("B1"), "T-2", Rupees, Debt, Side.Buy, new Quantity(20m), new UnitPrice(1000m, Currency.Inr), [], Day, Day.AddDays(1), [],
            LotId.Of("L2"), Member: null, Inr(0m)),
        Moved("B1", LegState.Filled),
        Moved("F1", LegState.Scheduled),
        Moved("F1", LegState.InTransit),
        new Fact.MoneySent(Batch, LegId.Of("F1"), Rupees, Inr(85000m), Inr(500m)),
        new Fact.MoneyArrived(Batch, LegId.Of("F1"), Dollars, Usd(1000m), 0.0117647058823529411764705882m),
        Moved("F1", LegState.Arrived),
        new Fact.Withdrawn(Batch, LegId.Of("W1"), Rupees, Inr(60000m)),
        new Fact.BatchClosed(Batch, BatchOutcome.Executed, "every leg is done"),
        new Fact.ReviewClosed(Slot, ReviewKind.Scheduled, Sell, Points(4.9m), new SellProgram.Active(2, Slot, Holding: false), ProgramEnd.None),
        new Fact.GainRecorded(new GainEntry(Asha, Day, new BucketId("in-equity/long"), Inr(-150.75m)), "sold elsewhere"),
        new Fact.TaxReassessed(Asha, Inr(-18.84m), "a loss elsewhere"),
        new Fact.WashSale(
            Asha, Day, LotId.Of("L1"), new BucketId("in-equity/long"), new Position(Rupees, Debt), LotId.Of("L2"), new Quantity(5m), Inr(50m), Inr(50m),
            new DateOnly(2026, 1, 2)),
        new Fact.LotsSet(
            new Position(Rupees, Debt), [new TaxLot(LotId.Of("L2"), Rupees, Debt, Day, new Quantity(20m), Inr(1000m)) { HeldSince = new DateOnly(2026, 1, 2) }],
            "statement of August"),
        new Fact.Halted("drill"),
        new Fact.Resumed("drill over"),
    ];

    public static Plan Plan(string note = "") => new(
        DecisionVersion: 1,
        Household,
        Slot,
        ReviewKind.Scheduled,
        Day,
        AllowsShortTerm: false,
        Inr(1000000m),
        Inr(1010000m),
        [new RoutingLine(Rupees, Destination.Core, Inr(75000m), FromProceeds: false, new Reason.CoreCash())],
        Sell,
        Legs,
        [],
        new Reserves(Inr(0m), Inr(0m), Inr(0m), Inr(0m), Inr(0m), Inr(0m)),
        [],
        new Proof(
            [], SellLevel: null, 0m, 0m, new BuyLaw(Points(0m), Points(0m)), Summary, Summary, Summary, Summary, Inr(0m), Inr(0m)),
        [new Notice(Severity.Information, note)],
        []);

    public static Money Inr(decimal amount) => new(amount, Currency.Inr);

    private static DriftSummary Summary => new(Points(6.25m), Points(-3m), 0.0021m);

    private static ImmutableArray<PlannedLeg> Legs =>
    [
        Leg("S1", LegPurpose.Trim, Nifty, 25050m) with
        {
            Lots = [new LotPick(LotId.Of("L1"), new Quantity(100m), new DateOnly(2022, 1, 3), new LotTerm.Long(), new BucketId("in-equity/long"), Inr(25050m), Inr(18123.45m), Inr(18123.45m))],
        },
        Leg("W1", LegPurpose.Withdraw, null, 60000m),
        Leg("F1", LegPurpose.Fund, null, 85000m) with { To = Dollars },
        Leg("B1", LegPurpose.Invest, Debt, 20000m),
    ];

    private static PlannedLeg Leg(string id, LegPurpose purpose, InstrumentId? instrument, decimal value) => new(
        LegId.Of(id), purpose, Rupees, instrument, instrument is null ? null : ClassId.Of("equity"), new Quantity(instrument is null ? 0m : 100m),
        instrument is null ? null : new UnitPrice(value / 100m, Currency.Inr), Inr(value), Inr(1.5m), Inr(0m), [], To: null, WaitsFor: null,
        new Reason.Trimmed(Points(6m), Points(4m), Points(5m), 1));

    private static Fact.LegMoved Moved(string leg, LegState state, Quantity? ordered = null, string? key = null) =>
        new Fact.LegMoved(Batch, LegId.Of(leg), state, ordered, key, state == LegState.Submitting ? Start : null, "on its way");

    private static Money Usd(decimal amount) => new(amount, Currency.Usd);

    private static Drift Points(decimal points) => new(points / 100m);
}
