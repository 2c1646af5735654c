using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Tests.Review;

/// <summary>An account of a test: cash is what it reports as settled, the claims lie inside it.</summary>
internal sealed record TestAccount(
    string Id, Currency Currency, string Member, decimal Cash, decimal Reserve, decimal Tax, decimal Carried, decimal CarriedProceeds);

/// <summary>A household of any shape, its ledger and what was read, written down in a few lines. Classes are called c0, c1, …; without
/// more words everything is in rupees, priced at 1 and traded in paise without costs or tax.</summary>
internal sealed record TestHousehold
{
    public static readonly DateOnly Today = new(2026, 6, 30);
    public static readonly DateOnly LongAgo = new(2020, 1, 1);
    public static readonly DateOnly Lately = new(2026, 5, 31);

    public ImmutableArray<decimal> Targets { get; init; }

    public ImmutableArray<TestAccount> Accounts { get; init; } = [];

    public ImmutableArray<Instrument> Instruments { get; init; } = [];

    public ImmutableArray<Quote> Quotes { get; init; } = [];

    public ImmutableArray<TaxLot> Lots { get; init; } = [];

    public ImmutableArray<FundingRoute> Routes { get; init; } = [];

    public ImmutableArray<FxRate> Rates { get; init; } = [];

    public ImmutableArray<ChargeSchedule> Charges { get; init; } = [new("free", Currency.Inr, []), new("free-usd", Currency.Usd, [])];

    public ImmutableSortedDictionary<string, TestTaxClass> TaxClasses { get; init; } =
        ImmutableSortedDictionary<string, TestTaxClass>.Empty.Add("free", new TestTaxClass(12, 0m, 0m));

    public decimal Exemption { get; init; }

    public DateOnly TaxYearEnd { get; init; } = new(2026, 7, 31);

    public bool HasLosses { get; init; }

    public HarvestPolicy Harvest { get; init; } = new(Gains: false, Losses: false);

    public ImmutableArray<OpeningTax> TaxDue { get; init; } = [];

    public Phase Phase { get; init; }

    public ReviewKind Kind { get; init; }

    public bool AllowShortTerm { get; init; }

    public decimal Slippage { get; init; }

    public SurplusPolicy Surplus { get; init; }

    public decimal MaximumFixedCostShare { get; init; } = 0.015m;

    public SellPolicy Sell { get; init; } = new(Drift.FromPoints(10), Drift.FromPoints(5), 6, true, IncompletePolicy.End);

    public SellProgram Program { get; init; } = SellProgram.Idle.Value;

    public (decimal Monthly, decimal Essential) Expenses { get; init; }

    /// <summary>What happened after the opening.</summary>
    public ImmutableArray<Fact> Facts { get; init; } = [];

    public static TestHousehold WithTargets(params decimal[] targets) => new() { Targets = [.. targets] };

    /// <summary>One account and one instrument per class, holding old lots of the values given: the setting of the formulas.</summary>
    public static TestHousehold OnePool(decimal[] targets, decimal[] values, decimal cash)
    {
        var household = WithTargets(targets).WithAccount("a", cash);
        for (var i = 0; i < targets.Length; i++)
        {
            household = household.WithInstrument($"x{i}", i, "a");
            household = values[i] > 0m ? household.WithLot("a", $"x{i}", values[i]) : household;
        }

        return household;
    }

    /// <summary>The same in whole shares of one price.</summary>
    public static TestHousehold OnePoolOfShares(decimal[] targets, decimal[] values, decimal cash, decimal price)
    {
        var household = WithTargets(targets).WithAccount("a", cash);
        for (var i = 0; i < targets.Length; i++)
        {
            household = household.WithInstrument($"x{i}", i, "a", price, step: 1m).WithLot("a", $"x{i}", values[i] / price);
        }

        return household;
    }

    public TestHousehold WithAccount(
        string id, decimal cash = 0m, Currency? currency = null, string member = "m", decimal reserve = 0m, decimal tax = 0m, decimal carried = 0m,
        decimal carriedProceeds = 0m) =>
        this with { Accounts = Accounts.Add(new TestAccount(id, currency ?? Currency.Inr, member, cash, reserve, tax, carried, carriedProceeds)) };

    /// <param name="id">Its name.</param>
    /// <param name="class">Index of its class; −1 for a reserve instrument.</param>
    /// <param name="accounts">Where it is traded, separated by blanks.</param>
    /// <param name="price">Per unit, in the currency of its accounts.</param>
    /// <param name="tag">Buy, Hold or Sell.</param>
    /// <param name="step">The smallest tradable part.</param>
    /// <param name="minimum">The smallest order.</param>
    /// <param name="multiple">Orders are rounded down to a multiple of it.</param>
    /// <param name="tax">A tax class.</param>
    /// <param name="charges">A charge schedule.</param>
    /// <param name="load">Exit load.</param>
    public TestHousehold WithInstrument(
        string id, int @class, string accounts, decimal price = 1m, InstrumentTag tag = InstrumentTag.Buy, decimal step = 0.01m, decimal minimum = 0m,
        decimal multiple = 0m, string tax = "free", string? charges = null, ExitLoad? load = null)
    {
        var traded = accounts.Split(' ').Select(a => new AccountId(a)).ToImmutableArray();
        var currency = Accounts.First(a => a.Id == traded[0].Value).Currency;
        var instrument = new Instrument(
            new InstrumentId(id), id, @class < 0 ? null : new ClassId($"c{@class}"), tag, step < 1m ? Dealing.Nav : Dealing.Exchange, "NSE", currency,
            new Quantity(step), new Money(minimum, currency), new Money(multiple, currency), 1, tax, charges ?? (currency == Currency.Inr ? "free" : "free-usd"),
            load, traded);
        var quote = new Quote(instrument.Id, new UnitPrice(price, currency), Today, "test", null);
        return this with { Instruments = Instruments.Add(instrument), Quotes = Quotes.Add(quote) };
    }

    public TestHousehold WithLot(string account, string instrument, decimal units, decimal cost = 0m, DateOnly? acquired = null) => this with
    {
        Lots = Lots.Add(new TaxLot(
            new LotId($"l{Lots.Length}"), new AccountId(account), new InstrumentId(instrument), acquired ?? LongAgo, new Quantity(units),
            new Money(cost, Accounts.First(a => a.Id == account).Currency))),
    };

    public TestHousehold WithRoute(string from, string to, decimal fee = 0m, decimal feeRate = 0m, decimal minimum = 0m)
    {
        var currency = Accounts.First(a => a.Id == from).Currency;
        return this with
        {
            Routes = Routes.Add(new FundingRoute(new AccountId(from), new AccountId(to), new Money(fee, currency), feeRate, new Money(minimum, currency))),
        };
    }

    public TestHousehold WithRate(Currency from, decimal rate) =>
        this with { Rates = Rates.Add(new FxRate(from, Currency.Inr, rate, Today, "test")) };

    public TestHousehold WithCharges(string id, decimal rate = 0m, decimal @fixed = 0m, decimal minimum = 0m, decimal roundTo = 0.01m, Currency? currency = null)
    {
        DatedCharge Line(string name, ChargeBasis basis, decimal of, decimal least) =>
            new(name, null, [new ChargeRate(LongAgo, null, basis, of, least, null, null, [], roundTo, true, "test", null)]);
        return this with
        {
            Charges = Charges.Add(new ChargeSchedule(
                id, currency ?? Currency.Inr, [Line("brokerage", ChargeBasis.Value, rate, minimum), Line("order", ChargeBasis.Order, @fixed, 0m)])),
        };
    }

    public TestHousehold WithTax(string id, int? months, decimal longRate, decimal shortRate) =>
        this with { TaxClasses = TaxClasses.SetItem(id, new TestTaxClass(months, longRate, shortRate)) };

    public TestHousehold WithTaxDue(string member, decimal amount) =>
        this with { TaxDue = TaxDue.Add(new OpeningTax(new MemberId(member), new Money(amount, Currency.Inr))) };

    /// <summary>The state after another fact.</summary>
    public TestHousehold After(params Fact[] facts) => this with { Facts = Facts.AddRange(facts) };

    public Plan Plan() => Decision.Decide(Policy(), State(), Inputs());

    public byte[] Bytes() => DomainJson.Bytes(Plan());

    public Household Policy()
    {
        var inr = Currency.Inr;
        return new Household(
            new HouseholdId("h"), "h", inr, Phase, [.. Accounts.Select(a => a.Member).Distinct().Select(m => new Member(new MemberId(m), m, new TaxProfile.Flat()))],
            [.. Accounts.Select(a => new Account(new AccountId(a.Id), new MemberId(a.Member), "paper", a.Currency, AccountMode.Paper))],
            [.. Targets.Select((t, i) => new AssetClass(new ClassId($"c{i}"), $"Class {i}", BroadClass.DomesticEquity, new Weight(t)))],
            Instruments, Routes, [],
            new Expenses(new Money(Expenses.Monthly, inr), new Money(Expenses.Essential, inr), new AccountId(Accounts[0].Id)),
            new ReservePolicy(12, 36, 12, 6, []), new BuyPolicy(Surplus, MaximumFixedCostShare), Sell,
            new SchedulePolicy("NSE", new TimeOnly(10, 0), "Asia/Kolkata", 3), new ApprovalPolicy(ApprovalRule.AlwaysAsk, Money.Zero(inr), 0.02m, 3, 10),
            new GateLimits(new Money(1e9m, inr), 1m, new Money(1e9m, inr), 100, 0.03m, Slippage, 1, 3, 4, Drift.FromPoints(50), 0.001m))
        {
            Harvest = Harvest,
        };
    }

    public HouseholdState State()
    {
        var opened = HouseholdState.Empty.Apply(new Fact.Opened(Phase, Each(a => a.Cash), Each(a => a.Reserve), Lots, TaxDue)) with { Program = Program };
        foreach (var account in Accounts)
        {
            opened = Claim(opened, account, EarmarkKind.Tax, account.Tax);
            opened = Claim(opened, account, EarmarkKind.Carried, account.Carried);
            opened = Claim(opened, account, EarmarkKind.CarriedProceeds, account.CarriedProceeds);
        }

        return Facts.Aggregate(opened, (state, fact) => state.Apply(fact));
    }

    public ReviewInputs Inputs()
    {
        var readings = Accounts.Select(a => new AccountReading(
            new AccountId(a.Id), new Money(a.Cash, a.Currency), Money.Zero(a.Currency),
            [.. Lots.Where(l => l.Account.Value == a.Id).GroupBy(l => l.Instrument).Select(g => new HoldingReading(g.Key, new Quantity(g.Sum(l => l.Remaining.Units))))]));
        return new ReviewInputs(
            new Snapshot(new DateTimeOffset(2026, 6, 30, 4, 30, 0, TimeSpan.Zero), Today, Slot.Of(Today), Kind, AllowShortTerm, [.. readings], Quotes, new FxTable(Rates)),
            new RuleBooks(new TestTax(TaxClasses, Exemption) { YearEnd = TaxYearEnd, HasLosses = HasLosses }, new ChargeBook(Charges), new CalendarBook([])));
    }

    private static HouseholdState Claim(HouseholdState state, TestAccount account, EarmarkKind kind, decimal amount) => amount == 0m
        ? state
        : state.Apply(new Fact.Earmarked(new AccountId(account.Id), kind, new Money(amount, account.Currency), "test"));

    private ImmutableArray<ReserveCash> Each(Func<TestAccount, decimal> amount) =>
        [.. Accounts.Select(a => new ReserveCash(new AccountId(a.Id), new Money(amount(a), a.Currency)))];
}

/// <summary>Questions that tests ask of a plan.</summary>
internal static class PlanReading
{
    /// <summary>Value of the legs of a purpose, account currencies added as they are.</summary>
    public static decimal Sum(this Plan plan, LegPurpose purpose) => plan.Legs.Where(l => l.Purpose == purpose).Sum(l => l.Value.Amount);

    /// <summary>Value of the legs of a purpose and an instrument.</summary>
    public static decimal Sum(this Plan plan, LegPurpose purpose, string instrument) =>
        plan.Legs.Where(l => l.Purpose == purpose && l.Instrument?.Value == instrument).Sum(l => l.Value.Amount);

    /// <summary>The outcome of a class by its index.</summary>
    public static ClassOutcome Class(this Plan plan, int index) => plan.Classes[index];

    /// <summary>The money of an account.</summary>
    public static AccountFlow Flow(this Plan plan, string account) => plan.Flows.Single(f => f.Account.Value == account);

    /// <summary>Tells apart what changed when two plans should be the same.</summary>
    public static string Text(this byte[] plan) => System.Text.Encoding.UTF8.GetString(plan);
}
