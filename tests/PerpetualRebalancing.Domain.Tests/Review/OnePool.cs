using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Tests.Review;

/// <summary>A household of one account and one instrument per class, priced at 1, without charges: what the formulas speak about.</summary>
internal sealed record OnePool
{
    public static readonly DateOnly Today = new(2026, 6, 30);

    public decimal[] Targets { get; init; } = [0.40m, 0.20m, 0.10m, 0.10m, 0.05m, 0.05m, 0.10m];

    public decimal[] Values { get; init; } = [];

    public decimal Cash { get; init; }

    /// <summary>Taxed share of what is sold: every lot cost nothing, so the gain is the proceeds.</summary>
    public decimal TaxRate { get; init; }

    public SellPolicy Sell { get; init; } = new(Drift.FromPoints(10), Drift.FromPoints(5), 6, true, IncompletePolicy.End);

    public SellProgram Program { get; init; } = SellProgram.Idle.Value;

    public decimal ReserveCash { get; init; }

    public decimal Essential { get; init; }

    public Phase Phase { get; init; }

    public bool JobLoss { get; init; }

    public ReviewKind Kind { get; init; }

    public decimal Step { get; init; } = 0.01m;

    public int ShortClass { get; init; } = -1;

    public Plan Plan() => Decision.Decide(Policy(), State(), Inputs());

    public Household Policy()
    {
        var account = new AccountId("a");
        var inr = Currency.Inr;
        var classes = Targets.Select((t, i) => new AssetClass(new ClassId($"c{i}"), $"Class {i}", BroadClass.DomesticEquity, new Weight(t))).ToImmutableArray();
        var instruments = classes.Select(c => new Instrument(
            new InstrumentId(c.Id.Value), c.Name, c.Id, InstrumentTag.Buy, Dealing.Nav, "NSE", inr, new Quantity(Step), Money.Zero(inr), Money.Zero(inr), 1,
            "flat", "none", null, [account])).ToImmutableArray();
        return new Household(
            new HouseholdId("h"), "h", inr, Phase, [new Member(new MemberId("m"), "m", new TaxProfile.Flat())],
            [new Account(account, new MemberId("m"), "paper", inr, AccountMode.Paper)], classes, instruments, [], [],
            new Expenses(new Money(Essential, inr), new Money(Essential, inr), account), new ReservePolicy(12, 36, 12, 6, []),
            new BuyPolicy(SurplusPolicy.Carry, 0.015m), Sell, new SchedulePolicy("NSE", new TimeOnly(10, 0), "Asia/Kolkata", 3),
            new ApprovalPolicy(ApprovalRule.AlwaysAsk, Money.Zero(inr), 0.02m, 3, 10),
            new GateLimits(new Money(1e9m, inr), 1m, new Money(1e9m, inr), 100, 0.03m, 0m, 1, 3, 4, Drift.FromPoints(50), 0.001m));
    }

    public HouseholdState State()
    {
        var account = new AccountId("a");
        var state = HouseholdState.Empty.Apply(new Fact.Opened(
            Phase, [new ReserveCash(account, new Money(Cash + ReserveCash, Currency.Inr))], [new ReserveCash(account, new Money(ReserveCash, Currency.Inr))],
            Values.Select((v, i) => new TaxLot(
                new LotId($"l{i}"), account, new InstrumentId($"c{i}"), i == ShortClass ? Today.AddDays(-30) : new DateOnly(2020, 1, 1), new Quantity(v),
                Money.Zero(Currency.Inr))).Where(l => !l.Remaining.IsZero).ToImmutableArray(), []));
        return state with { Program = Program, JobLoss = JobLoss };
    }

    public ReviewInputs Inputs()
    {
        var account = new AccountId("a");
        return new ReviewInputs(new Snapshot(
            new DateTimeOffset(2026, 6, 30, 4, 30, 0, TimeSpan.Zero), Today, Slot.Of(Today), Kind, false,
            [new AccountReading(account, new Money(Cash + ReserveCash, Currency.Inr), Money.Zero(Currency.Inr), Values
                .Select((v, i) => new HoldingReading(new InstrumentId($"c{i}"), new Quantity(v))).Where(h => !h.Quantity.IsZero).ToImmutableArray())],
            Targets.Select((_, i) => new Quote(new InstrumentId($"c{i}"), new UnitPrice(1m, Currency.Inr), Today, "test", null)).ToImmutableArray(),
            FxTable.None), new RuleBooks(new FlatRate(TaxRate), NoCharges(), new CalendarBook([])));
    }

    private static ChargeBook NoCharges() => new([new ChargeSchedule("none", Currency.Inr, [])]);

    private sealed class FlatRate(decimal rate) : ITaxRules, ITaxBook
    {
        public int BucketCount => 1;

        public IReadOnlyList<string> Assumptions(IEnumerable<(AccountId Account, Instrument Instrument)> sold) => [];

        public string? Blocked => null;

        public string? Warning => null;

        public ITaxRules Open(Household policy, HouseholdState state, DateOnly on) => this;

        public Money Liability(Household policy, HouseholdState state, MemberId member, DateOnly on) =>
            throw new NotSupportedException("A decision asks what a sale adds, never for the whole.");

        public DateOnly? DueOn(Household policy, HouseholdState state, MemberId member, DateOnly on, ImmutableArray<GainEntry> gains) => null;

        public LotTax Assess(TaxLot lot, Instrument instrument, SaleTerms sale) => new(
            sale.On > lot.Acquired.AddMonths(12) ? LotTerm.Long.Value : new LotTerm.Short(lot.Acquired.AddMonths(12).AddDays(1)), 0,
            sale.Price.Amount, lot.CostPerUnit.Amount, lot.CostPerUnit.Amount);

        public BucketId Bucket(MemberId member, int index) => new("gain");

        public decimal Tax(MemberId member, ReadOnlySpan<decimal> gains) => Math.Max(0m, gains[0]) * rate;

        public int Piece(MemberId member, ReadOnlySpan<decimal> gains) => 0;

        public MemberYearView YearOf(MemberId member) => new(new DateOnly(2027, 3, 31), HasLosses: false);

        public LotMethod LotsOf(AccountId account) => LotMethod.Fifo;
    }
}
