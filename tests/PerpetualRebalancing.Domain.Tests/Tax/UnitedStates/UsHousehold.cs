using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Domain.Tax.UnitedStates;

namespace PerpetualRebalancing.Domain.Tests.Tax.UnitedStates;

/// <summary>A married couple in the United States as a log of facts: each has a taxable account, the first also an IRA. VOO and IVV track
/// one index, VTI another, GLD holds gold. Trades are booked as the product books them, and folded.</summary>
internal sealed class UsHousehold
{
    public static readonly MemberId Ann = new("ann");
    public static readonly MemberId Bob = new("bob");
    public static readonly AccountId Taxable = new("ann");
    public static readonly AccountId Ira = new("ann-ira");
    public static readonly AccountId Spouse = new("bob");

    private readonly List<Fact> _facts = [];

    public UsHousehold(decimal? income = 60_000m, UnitedStatesLaw? law = null, LotMethod lots = LotMethod.Fifo, params (string Id, DateOnly On, decimal Units, decimal Cost)[] held)
    {
        Law = new TaxLaws([law ?? UsTables.Law]);
        Policy = OwnedBy(income, lots);
        Record(new Fact.Opened(
            Phase.Accumulation, [.. Policy.Accounts.Select(a => new ReserveCash(a.Id, UsTables.Usd(10_000_000m)))], [],
            [.. held.Select(h => new TaxLot(new LotId(h.Id), Taxable, new InstrumentId("VOO"), h.On, new Quantity(h.Units), UsTables.Usd(h.Cost / h.Units)))], []));
    }

    public Household Policy { get; }

    public TaxLaws Law { get; }

    public HouseholdState State { get; private set; } = HouseholdState.Empty;

    public IEnumerable<Fact> Facts => _facts;

    public IEnumerable<Fact.WashSale> WashSales => _facts.OfType<Fact.WashSale>();

    public ReviewInputs Inputs(DateOnly on) => new(
        new Snapshot(new DateTimeOffset(on.ToDateTime(new TimeOnly(15, 0)), TimeSpan.Zero), on, Slot.Of(on), ReviewKind.Scheduled, false, [], [], FxTable.None),
        new RuleBooks(Law, new ChargeBook([]), new CalendarBook([])));

    /// <summary>What the lots of an account and instrument cost in all.</summary>
    public decimal Basis(AccountId account, string instrument = "VOO") => Lots(account, instrument).Sum(l => l.CostPerUnit.Amount * l.Remaining.Units);

    public ImmutableArray<TaxLot> Lots(AccountId account, string instrument = "VOO") =>
        State.Lots.GetValueOrDefault(new Position(account, new InstrumentId(instrument)), []);

    /// <summary>The gain or loss that counts, of everything so far.</summary>
    public decimal Counted(MemberId? member = null) => State.Gains.Where(g => g.Member == (member ?? Ann)).Sum(g => g.Amount.Amount);

    public YearStatement Year(int year, MemberId? member = null)
    {
        var owner = Policy.Member(member ?? Ann);
        var law = Law.For(owner.Tax);
        return MemberYears.Open(law, Policy, owner, State, law.YearOf(new DateOnly(year, 6, 1))).Statement(new decimal[3]);
    }

    public void Buy(DateOnly on, decimal units, decimal cost, string? lot = null, AccountId? account = null, string instrument = "VOO")
    {
        var where = account ?? Taxable;
        Fill(on, where, instrument, Side.Buy, units, cost, [], new LotId(lot ?? $"{on:yyyy-MM-dd}"));
        Record(TaxBooking.Purchase(Policy, State, Inputs(on), on));
    }

    /// <summary>Sells out of named lots, or in the order of the account's method.</summary>
    public void Sell(DateOnly on, decimal units, decimal proceeds, string? lot = null, AccountId? account = null, string instrument = "VOO")
    {
        var (where, left) = (Policy.Account(account ?? Taxable), new Quantity(units));
        var what = Policy.Instrument(new InstrumentId(instrument));
        var rules = Law.Open(Policy, State, on);
        var picks = ImmutableArray.CreateBuilder<LotPick>();
        foreach (var (held, tax, _) in LotOrder.Of(rules, where, what, Lots(where.Id, instrument), new SaleTerms(new UnitPrice(proceeds / units, Currency.Usd), 1m, on)))
        {
            if (!left.IsZero && (lot is null || held.Id.Value == lot))
            {
                var taken = Quantity.Min(left, held.Remaining);
                left -= taken;
                picks.Add(LotPick.Of(held, taken, tax, rules.Bucket(where.Member, tax.Bucket), Currency.Usd));
            }
        }

        Fill(on, where.Id, instrument, Side.Sell, units, proceeds, picks.ToImmutable(), null);
    }

    private void Fill(DateOnly on, AccountId account, string instrument, Side side, decimal units, decimal amount, ImmutableArray<LotPick> picks, LotId? lot)
    {
        var batch = new BatchId($"batch{_facts.Count:00000}");
        var (isSale, id) = (side == Side.Sell, new LegId(side == Side.Sell ? "S1" : "B1"));
        Record(new Fact.BatchPlanned(
            batch, "hash", Slot.Of(on), ReviewKind.Scheduled, new ProgramStep.Idle(Drift.Zero, Drift.Zero),
            [new PlannedLeg(id, isSale ? LegPurpose.Trim : LegPurpose.Invest, account, new InstrumentId(instrument), new ClassId("core"), new Quantity(units), null,
                UsTables.Usd(amount), UsTables.Usd(0m), UsTables.Usd(0m), [], null, null, new Reason.CoreCash())],
            false, DateTimeOffset.UnixEpoch, on));
        var fill = new Fact.LegFilled(
            batch, id, $"fill{_facts.Count}", account, new InstrumentId(instrument), side, new Quantity(units), new UnitPrice(amount / units, Currency.Usd), [], on, on,
            picks, lot, Policy.Account(account).Member, UsTables.Usd(0m));
        Record(isSale ? TaxBooking.Sale(Policy, State, Inputs(on), fill) : [fill]);
        Record(new Fact.BatchClosed(batch, BatchOutcome.Executed, "done"));
    }

    private void Record(params IEnumerable<Fact> facts)
    {
        foreach (var fact in facts)
        {
            State = State.Apply(fact);
            _facts.Add(fact);
        }
    }

    private static Household OwnedBy(decimal? income, LotMethod lots)
    {
        var usd = Currency.Usd;
        var core = new ClassId("core");
        var profile = new TaxProfile.UnitedStates(FilingStatus.MarriedJointly, 0m, lots) { OtherIncome = income is { } known ? UsTables.Usd(known) : null };
        Account Account(AccountId id, MemberId member, Registration registration) =>
            new(id, member, "paper", usd, AccountMode.Paper) { Registration = registration };
        Instrument Instrument(string id, string taxClass, string? index) => new(
            new InstrumentId(id), id, core, InstrumentTag.Buy, Dealing.Exchange, "NYSE", usd, new Quantity(1m), Money.Zero(usd), Money.Zero(usd), 1, taxClass,
            "none", null, [Taxable, Ira, Spouse])
        { Index = index };
        return new Household(
            new HouseholdId("h"), "h", usd, Phase.Accumulation, [new Member(Ann, "Ann", profile), new Member(Bob, "Bob", profile)],
            [Account(Taxable, Ann, Registration.Taxable), Account(Ira, Ann, Registration.Retirement), Account(Spouse, Bob, Registration.Taxable)],
            [new AssetClass(core, "Core", BroadClass.DomesticEquity, new Weight(1m))],
            [
                Instrument("VOO", "us-equity", "S&P 500"), Instrument("IVV", "us-equity", "S&P 500"), Instrument("VTI", "us-equity", "CRSP US Total Market"),
                Instrument("GLD", "us-collectible", null),
            ], [], [],
            new Expenses(Money.Zero(usd), Money.Zero(usd), Taxable), new ReservePolicy(0, 0, 0, 0, []), new BuyPolicy(SurplusPolicy.Carry, 0.015m),
            new SellPolicy(Drift.FromPoints(10), Drift.FromPoints(5), 6, true, IncompletePolicy.End), new SchedulePolicy("NYSE", new TimeOnly(10, 0), "America/New_York", 3),
            new ApprovalPolicy(ApprovalRule.Automatic, Money.Zero(usd), 0.02m, 3, 10),
            new GateLimits(new Money(1e9m, usd), 1m, new Money(1e9m, usd), 100, 0.03m, 0m, 1, 3, 4, Drift.FromPoints(50), 0.001m));
    }
}
