using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Tables;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Benchmarks;

/// <summary>Under which law a benchmark's household is taxed.</summary>
/// <param name="Laws">The tables.</param>
/// <param name="Profile">What the law asks.</param>
/// <param name="Equity">The tax class of its equity funds.</param>
/// <param name="Debt">The tax class of its debt fund.</param>
internal sealed record BenchmarkLaw(TaxLaws Laws, TaxProfile Profile, string Equity, string Debt)
{
    private static readonly DateOnly Ever = new(2000, 1, 1);

    public static readonly BenchmarkLaw Flat = new(
        new TaxLaws([new FlatTaxTable(
            [
                new FlatTaxRow("equity", Ever, null, null, null, 12, 0.125m, 0.20m, "benchmark", null),
                new FlatTaxRow("debt", Ever, null, null, null, 24, 0.125m, 0.312m, "benchmark", null),
            ],
            [])]),
        new TaxProfile.Flat(), "equity", "debt");

    /// <summary>The law of India as it is shipped, with an income near the surcharge.</summary>
    public static BenchmarkLaw India() => new(
        TaxFiles.Load(Path.Combine(RepositoryRoot(), "config", "tax")),
        new TaxProfile.India(IndianRegime.New, new DateOnly(1985, 1, 1), HasBusiness: false) { OtherIncome = new Money(4_800_000m, Currency.Inr) }, "in-equity", "in-debt");

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PerpetualRebalancing.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No PerpetualRebalancing.sln above {AppContext.BaseDirectory}.");
    }
}

/// <summary>A household of seven classes whose cash lies in some accounts, all in rupees, with proportional charges.</summary>
internal sealed class BenchmarkHousehold
{
    public static readonly DateOnly Start = new(2026, 1, 30);

    private static readonly decimal[] Targets = [0.40m, 0.20m, 0.10m, 0.10m, 0.05m, 0.05m, 0.10m];

    private readonly RuleBooks _rules;

    /// <param name="accounts">Account 0 buys class 0, account 1 class 1, and so on; the last buys the rest.</param>
    /// <param name="law">Taxes it; flat rates when none is given.</param>
    public BenchmarkHousehold(int accounts, BenchmarkLaw? law = null)
    {
        law ??= BenchmarkLaw.Flat;
        _rules = new RuleBooks(
            law.Laws, new ChargeBook([new ChargeSchedule("share", Currency.Inr, [Charge("brokerage", 0.001m), Charge("stt", 0.001m), Charge("stamp", 0.00015m)])]),
            new CalendarBook([]));
        var inr = Currency.Inr;
        Policy = new Household(
            new HouseholdId("h"), "h", inr, Phase.Accumulation, [new Member(new MemberId("m"), "m", law.Profile)],
            [.. Enumerable.Range(0, accounts).Select(a => new Account(AccountOf(a), new MemberId("m"), "paper", inr, AccountMode.Paper))],
            [.. Targets.Select((t, i) => new AssetClass(new ClassId($"c{i}"), $"Class {i}", BroadClass.DomesticEquity, new Weight(t)))],
            [
                .. Targets.Select((_, i) => new Instrument(
                    InstrumentOf(i), $"Fund {i}", new ClassId($"c{i}"), InstrumentTag.Buy, Dealing.Nav, "NSE", inr, new Quantity(0.001m), Money.Zero(inr),
                    Money.Zero(inr), 1, i == 5 ? law.Debt : law.Equity, "share", null, [Holder(i, accounts)])),
            ],
            [], [], new Expenses(new Money(50_000m, inr), new Money(30_000m, inr), AccountOf(0)), new ReservePolicy(12, 36, 12, 6, []),
            new BuyPolicy(SurplusPolicy.Carry, 0.015m), new SellPolicy(Drift.FromPoints(10), Drift.FromPoints(5), 6, true, IncompletePolicy.End),
            new SchedulePolicy("NSE", new TimeOnly(10, 0), "Asia/Kolkata", 3), new ApprovalPolicy(ApprovalRule.Automatic, Money.Zero(inr), 0.02m, 3, 10),
            new GateLimits(new Money(1e9m, inr), 1m, new Money(1e9m, inr), 100, 0.03m, 0m, 1, 3, 4, Drift.FromPoints(50), 0.001m));
    }

    public Household Policy { get; }

    public static AccountId AccountOf(int index) => new($"a{index}");

    public static InstrumentId InstrumentOf(int @class) => new($"x{@class}");

    public static AccountId Holder(int @class, int accounts) => AccountOf(Math.Min(@class, accounts - 1));

    /// <summary>The state after the opening: lots of equal size bought month by month at rising costs.</summary>
    public HouseholdState Opened(decimal[] values, decimal[] prices, int lots, decimal cash)
    {
        var opened = ImmutableArray.CreateBuilder<TaxLot>();
        for (var c = 0; c < values.Length; c++)
        {
            var count = (lots / values.Length) + (c < lots % values.Length ? 1 : 0);
            var units = Math.Round(values[c] / prices[c] / count, 3);
            for (var l = 0; l < count; l++)
            {
                opened.Add(new TaxLot(
                    new LotId($"l{c}-{l}"), Holder(c, Policy.Accounts.Length), InstrumentOf(c), Start.AddDays(-Math.Min(30, 7000 / count) * (count - l)), new Quantity(units),
                    new Money(prices[c] * (0.4m + (0.5m * l / count)), Currency.Inr)));
            }
        }

        var reserve = 360_000m;
        ImmutableArray<ReserveCash> Each(Func<int, decimal> amount) =>
            [.. Policy.Accounts.Select((a, i) => new ReserveCash(a.Id, new Money(amount(i), Currency.Inr)))];
        return HouseholdState.Empty.Apply(new Fact.Opened(
            Phase.Accumulation, Each(i => cash + (i == 0 ? reserve : 0m)), Each(i => i == 0 ? reserve : 0m), opened.ToImmutable(), []));
    }

    /// <summary>What a paper market would report: the ledger's own units and cash.</summary>
    public ReviewInputs Read(HouseholdState state, decimal[] prices, DateOnly today)
    {
        var readings = Policy.Accounts.Select(a => new AccountReading(
            a.Id, state.Accounts[a.Id].Cash, Money.Zero(a.Currency),
            [.. Policy.Instruments.Where(i => i.Accounts.Contains(a.Id)).Select(i => new HoldingReading(i.Id, state.Held(a.Id, i.Id))).Where(h => !h.Quantity.IsZero)]));
        return new ReviewInputs(
            new Snapshot(
                new DateTimeOffset(today, new TimeOnly(4, 30), TimeSpan.Zero), today, Slot.Of(today), ReviewKind.Scheduled, false, [.. readings],
                [.. prices.Select((p, i) => new Quote(InstrumentOf(i), new UnitPrice(p, Currency.Inr), today, "market", null))], FxTable.None),
            _rules);
    }

    private static DatedCharge Charge(string name, decimal rate) =>
        new(name, null, [new ChargeRate(new DateOnly(2000, 1, 1), null, ChargeBasis.Value, rate, 0m, null, null, [], 0.01m, false, "benchmark", null)]);
}
