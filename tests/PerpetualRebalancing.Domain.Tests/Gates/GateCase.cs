using System.Collections.Immutable;
using System.Globalization;
using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tests.Review;

namespace PerpetualRebalancing.Domain.Tests.Gates;

/// <summary>A month in which every gate is clear: a core of 1,000,000 on target gets 70,000, on a Tuesday at 10:00 in Mumbai. A test
/// spoils one thing.</summary>
internal sealed record GateCase
{
    public static readonly AccountId A = new("a");

    private ImmutableArray<Func<Household, Household>> PolicyChanges { get; init; } = [];
    private ImmutableArray<Func<HouseholdState, HouseholdState>> StateChanges { get; init; } = [];
    private ImmutableArray<Func<ReviewInputs, ReviewInputs>> InputsChanges { get; init; } = [];
    private ImmutableArray<Func<Plan, Plan>> PlanChanges { get; init; } = [];

    public static OnePool OnTarget => new() { Values = [400_000, 200_000, 100_000, 100_000, 50_000, 50_000, 100_000], Cash = 70_000 };

    public static OnePool Overweight => new() { Values = [5_600_000, 1_500_000, 700_000, 700_000, 300_000, 300_000, 900_000] };

    public OnePool Pool { get; init; } = OnTarget;

    public DateTimeOffset Now { get; init; } = Moment("2026-06-30T04:30:00Z");

    public DateOnly LastDay { get; init; } = new(2026, 7, 10);

    public PlacedToday Placed { get; init; } = new(Inr(0), 0);

    public Func<Plan, IEnumerable<PlannedLeg>> Legs { get; init; } = plan => plan.Legs;

    public GateCase Policy(Func<Household, Household> change) => this with { PolicyChanges = PolicyChanges.Add(change) };

    public GateCase Limits(Func<GateLimits, GateLimits> change) => Policy(p => p with { Limits = change(p.Limits) });

    public GateCase Instrument(string id, Func<Instrument, Instrument> change) => Policy(p => p with
    {
        Instruments = p.Instruments.Select(i => i.Id.Value == id ? change(i) : i).ToImmutableArray(),
    });

    public GateCase State(Func<HouseholdState, HouseholdState> change) => this with { StateChanges = StateChanges.Add(change) };

    public GateCase Inputs(Func<ReviewInputs, ReviewInputs> change) => this with { InputsChanges = InputsChanges.Add(change) };

    public GateCase Read(Func<Snapshot, Snapshot> change) => Inputs(i => i with { Read = change(i.Read) });

    public GateCase Quote(string id, Func<Quote, Quote> change) => Read(r => r with
    {
        Quotes = r.Quotes.Select(q => q.Instrument.Value == id ? change(q) : q).ToImmutableArray(),
    });

    public GateCase Calendars(params ExchangeCalendar[] calendars) =>
        Inputs(i => i with { Rules = i.Rules with { Calendars = new CalendarBook([.. calendars]) } });

    /// <summary>Reads something else after the plan was decided: what a lost price or reading would leave to the gates.</summary>
    public GateInput Losing(Func<Snapshot, Snapshot> change)
    {
        var input = Input();
        return input with { Inputs = input.Inputs with { Read = change(input.Inputs.Read) } };
    }

    /// <summary>Changes the plan after it was decided: what a broken engine, or a later leg, would give.</summary>
    public GateCase Plan(Func<Plan, Plan> change) => this with { PlanChanges = PlanChanges.Add(change) };

    /// <summary>Adds a dollar account with cash, and a rate of 80.</summary>
    public GateCase Dollars(decimal cash, DateOnly rateOf, AccountMode mode = AccountMode.Paper) =>
        Policy(p => p with { Accounts = p.Accounts.Add(new Account(new AccountId("usd"), new MemberId("m"), "paper", Currency.Usd, mode)) })
            .Read(r => r with
            {
                Accounts = r.Accounts.Add(new AccountReading(new AccountId("usd"), new Money(cash, Currency.Usd), Money.Zero(Currency.Usd), [])),
                Fx = new FxTable([new FxRate(Currency.Usd, Currency.Inr, 80m, rateOf, "test")]),
            });

    public GateInput Input()
    {
        var policy = PolicyChanges.Aggregate(Pool.Policy(), (p, change) => change(p));
        var state = StateChanges.Aggregate(Pool.State(), (s, change) => change(s));
        var inputs = Pool.Inputs();
        inputs = inputs with
        {
            Read = inputs.Read with { Quotes = inputs.Read.Quotes.Select(q => q with { Reference = q.Price }).ToImmutableArray() },
            Rules = inputs.Rules with { Calendars = new CalendarBook([Mumbai(), NewYork()]) },
        };
        inputs = InputsChanges.Aggregate(inputs, (i, change) => change(i));
        var plan = PlanChanges.Aggregate(Decision.Decide(policy, state, inputs), (p, change) => change(p));
        return new GateInput(policy, state, inputs, plan, [.. Legs(plan)], Now, LastDay, Placed);
    }

    public Verdict Judge(IGate gate) => gate.Judge(Input());

    public static ExchangeCalendar Mumbai(params string[] closed) => Calendar("NSE", "Asia/Kolkata", "09:15", "15:30", [.. closed, "2026-11-10"]);

    public static ExchangeCalendar NewYork(params string[] closed) => Calendar("NYSE", "America/New_York", "09:30", "16:00", closed);

    public static Money Inr(decimal amount) => new(amount, Currency.Inr);

    public static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>A leg of account a by hand.</summary>
    public static PlannedLeg Leg(string id, LegPurpose purpose, decimal value, string? instrument = null, string? to = null, string? waits = null, decimal charges = 0) =>
        new(new LegId(id), purpose, A, instrument is null ? null : new InstrumentId(instrument),
            instrument is null || purpose is LegPurpose.ReserveDraw or LegPurpose.ReserveTopUp ? null : new ClassId(instrument),
            instrument is null ? Quantity.Zero : new Quantity(value), instrument is null ? null : new UnitPrice(1m, Currency.Inr), Inr(value), Inr(charges),
            Inr(0), [], to is null ? null : new AccountId(to), waits is null ? null : new LegId(waits), new Reason.CoreCash());

    // Five closed days make 2026 a published year.
    private static ExchangeCalendar Calendar(string venue, string zone, string open, string close, string[] closed) => new(
        venue, TimeZoneInfo.FindSystemTimeZoneById(zone),
        new SessionHours(TimeOnly.Parse(open, CultureInfo.InvariantCulture), TimeOnly.Parse(close, CultureInfo.InvariantCulture)),
        [DayOfWeek.Saturday, DayOfWeek.Sunday],
        [.. new[] { "2026-01-01", "2026-04-03", "2026-05-25", "2026-09-07", "2026-12-25" }.Concat(closed).Select(d =>
            new CalendarRow(DateOnly.Parse(d, CultureInfo.InvariantCulture), DayKind.Closed, null, true, true, "a day", "a test"))]);
}

/// <summary>Says what a verdict must be and which numbers its sentence must hold.</summary>
internal static class VerdictAssert
{
    public static void Cleared(Verdict verdict, params string[] words) => Is<Verdict.Cleared>(verdict, words);

    public static void NeedsApproval(Verdict verdict, params string[] words)
    {
        Is<Verdict.NeedsApproval>(verdict, words);
        SaysWhatToDo(verdict);
    }

    public static void Blocked(Verdict verdict, params string[] words)
    {
        Is<Verdict.Blocked>(verdict, words);
        SaysWhatToDo(verdict);
    }

    /// <summary>A gate's sentence is what was measured and allowed; then, after a semicolon, what a person can do. A gate that threw can
    /// only say what went wrong.</summary>
    private static void SaysWhatToDo(Verdict verdict) => Assert.True(
        verdict.Why.Contains("could not judge", StringComparison.Ordinal) || Advice.Any(a => verdict.Why.Contains(a, StringComparison.Ordinal)),
        $"\"{verdict.Why}\" does not say what to do. End it with '; ' and one of: {string.Join(", ", Advice.Select(a => a.Trim(';', ' ')))}.");

    private static readonly string[] Advice =
    [
        "; add ", "; approve ", "; arm ", "; check ", "; compare ", "; correct ", "; do not place ", "; fetch ", "; find ", "; it only invests cash: approve ",
        "; nothing is placed there until a person arms ", "; nothing is placed there; set ", "; once that is settled, allow ", "; place the rest ",
        "; plan again", "; read it again", "; spread ", "; the plan is wrong: do not place ",
    ];

    private static void Is<T>(Verdict verdict, string[] words)
    {
        Assert.True(verdict is T, $"expected {typeof(T).Name}, got {verdict.GetType().Name}: {verdict.Why}");
        Assert.All(words, word => Assert.Contains(word, verdict.Why, StringComparison.Ordinal));
    }
}
