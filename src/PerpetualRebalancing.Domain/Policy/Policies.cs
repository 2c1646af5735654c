using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Policy;

/// <summary>Where money comes from (seed 000 §3.1).</summary>
public enum IncomeKind
{
    /// <summary>Wages.</summary>
    Salary,

    /// <summary>Profit of a business or profession.</summary>
    Business,

    /// <summary>Dividends paid in cash.</summary>
    Dividends,

    /// <summary>Interest.</summary>
    Interest,

    /// <summary>A deposit, bond or policy that matured.</summary>
    Maturity,

    /// <summary>Proceeds of something sold outside this system.</summary>
    Sale,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>Income that is expected every month. It projects and alerts; only cash that was seen is ever spent (semantics §2).</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Account">Where it arrives.</param>
/// <param name="Monthly">How much a month, in the account's currency.</param>
/// <param name="DayOfMonth">When, 1 to 28.</param>
public sealed record IncomeSource(IncomeKind Kind, AccountId Account, Money Monthly, int DayOfMonth);

/// <summary>What the household spends a month, in its base currency.</summary>
/// <param name="Monthly">Everything; sizes the retirement reserve and its withdrawals.</param>
/// <param name="EssentialMonthly">What must be paid even without a job; sizes the emergency reserve.</param>
/// <param name="PaidFrom">The account that withdrawals are paid out of.</param>
public sealed record Expenses(Money Monthly, Money EssentialMonthly, AccountId PaidFrom);

/// <summary>The liquidity reserve (semantics §2 and §4, seed 000 §3.2).</summary>
/// <param name="EmergencyMonths">Target while accumulating, in months of essential expenses. Default 12.</param>
/// <param name="RetirementMonths">Target in retirement, in months of expenses. Default 36.</param>
/// <param name="FloorMonths">Below this many months in retirement a liquidity sale is made. Default 12.</param>
/// <param name="RefillMonths">The liquidity sale raises the reserve to the floor plus this many months. Default 6.</param>
/// <param name="OpeningCash">Cash earmarked for the reserve when the household is first recorded, by account.</param>
public sealed record ReservePolicy(
    decimal EmergencyMonths, decimal RetirementMonths, decimal FloorMonths, decimal RefillMonths,
    ImmutableArray<ReserveCash> OpeningCash);

/// <summary>Reserve money that lies as cash in an account.</summary>
/// <param name="Account">Where it lies.</param>
/// <param name="Amount">How much, in the account's currency.</param>
public sealed record ReserveCash(AccountId Account, Money Amount);

/// <summary>What happens to cash that cannot be placed without buying above target (semantics §3).</summary>
public enum SurplusPolicy
{
    /// <summary>It is carried to the next review. The default.</summary>
    Carry,

    /// <summary>Fresh cash is spent in full all the same; sale proceeds never are.</summary>
    Deploy,
}

/// <summary>How the buy engine rounds and what it drops.</summary>
/// <param name="Surplus">Carry or deploy.</param>
/// <param name="MaximumFixedCostShare">A leg whose fixed costs exceed this fraction of it is uneconomic. Default 0.015.</param>
public sealed record BuyPolicy(SurplusPolicy Surplus, decimal MaximumFixedCostShare);

/// <summary>What happens when a sell program ends above its minimum (semantics §4).</summary>
public enum IncompletePolicy
{
    /// <summary>It ends as incomplete, and alerts. The default.</summary>
    End,

    /// <summary>The minimum stays the ceiling until it is reached.</summary>
    Hold,
}

/// <summary>The sell engine's configuration (seed 000 §3.5, semantics §4).</summary>
/// <param name="Maximum">N: projected drift strictly above it starts a program. Default 10 points.</param>
/// <param name="Minimum">The last ceiling. Default N/2.</param>
/// <param name="Months">M: reviews in a program, at least 1. Default 6.</param>
/// <param name="LongTermOnly">Sell only lots that are long-term on the trade date, or that can never become so. Default true.</param>
/// <param name="Incomplete">What to do when the program ends above the minimum.</param>
public sealed record SellPolicy(Drift Maximum, Drift Minimum, int Months, bool LongTermOnly, IncompletePolicy Incomplete)
{
    /// <summary>The active drift ceiling of month <paramref name="month"/> (1 to <see cref="Months"/>): it falls linearly from N to
    /// the minimum; with M = 1 it is the minimum at once (semantics §4).</summary>
    public Drift CeilingIn(int month)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(month, 1);
        return Months == 1 || month >= Months
            ? Minimum
            : new Drift(Maximum.Fraction - ((Maximum.Fraction - Minimum.Fraction) * (month - 1) / (Months - 1)));
    }
}

/// <summary>Sales that only taxes ask for, as proposals in a plan. Both off unless the household asks (seed 000).</summary>
/// <param name="Gains">Near the end of a tax year: gains that the year does not tax.</param>
/// <param name="Losses">Losses of instruments that name a replacement on another index.</param>
public sealed record HarvestPolicy(bool Gains, bool Losses);

/// <summary>When the monthly review happens: on the last business day of a venue in the slot, at a local time.</summary>
/// <param name="Venue">Whose business days count.</param>
/// <param name="At">Local time of day.</param>
/// <param name="TimeZone">IANA name, for example Asia/Kolkata.</param>
/// <param name="GraceDays">Business days after which a missed slot is no longer run by itself but waits for a person. Default 3.</param>
public sealed record SchedulePolicy(string Venue, TimeOnly At, string TimeZone, int GraceDays);

/// <summary>When a person is asked before orders are placed.</summary>
public enum ApprovalRule
{
    /// <summary>Every batch. The default.</summary>
    AlwaysAsk,

    /// <summary>When something is sold, or the batch turns over more than <see cref="ApprovalPolicy.AskAbove"/>.</summary>
    AskAboveOrSelling,

    /// <summary>Only when a gate wants it.</summary>
    Automatic,
}

/// <summary>Approval (semantics §6).</summary>
/// <param name="Rule">When a person is asked.</param>
/// <param name="AskAbove">The turnover for <see cref="ApprovalRule.AskAboveOrSelling"/>, base currency.</param>
/// <param name="Tolerance">A buy may exceed its approved amount by this fraction. Default 0.02.</param>
/// <param name="ExpiresAfterDays">Calendar days an approval request stays open. Default 3.</param>
/// <param name="BatchDays">Calendar days a batch may live. Default 10.</param>
public sealed record ApprovalPolicy(ApprovalRule Rule, Money AskAbove, decimal Tolerance, int ExpiresAfterDays, int BatchDays)
{
    /// <summary>A batch that turns over more than this, base currency, needs the yes of two people; null when one is enough.</summary>
    public Money? SecondAbove { get; init; }

    /// <summary>What happens to legs whose account nobody logged in at, halfway through the last session in which they can be placed.</summary>
    public WithoutLogin WithoutLogin { get; init; }
}

/// <summary>What becomes of an approved leg whose account still has no login at its deadline (semantics §6).</summary>
public enum WithoutLogin
{
    /// <summary>It waits, and expires with the batch. The default.</summary>
    Wait,

    /// <summary>A person gets an instruction sheet, and the program never places it.</summary>
    Instructions,
}

/// <summary>When people are told, and how often.</summary>
/// <param name="QuietFrom">Local time at which only what is critical is still sent; equal to <paramref name="QuietUntil"/> for no quiet hours.</param>
/// <param name="QuietUntil">Local time at which the rest is sent.</param>
/// <param name="RepeatHours">Hours after which a critical alert that nobody acknowledged is sent again.</param>
/// <param name="Heartbeat">The day of the week on which a message says that all is well, so that silence means something; null for none.</param>
public sealed record AlertPolicy(TimeOnly QuietFrom, TimeOnly QuietUntil, int RepeatHours, DayOfWeek? Heartbeat)
{
    /// <summary>Quiet from ten at night to seven, critical ones again after twelve hours, a heartbeat on Sundays.</summary>
    public static readonly AlertPolicy Usual = new(new TimeOnly(22, 0), new TimeOnly(7, 0), 12, DayOfWeek.Sunday);

    /// <summary>When something may be told that was raised at a moment: at once, or when the quiet hours end.</summary>
    /// <param name="raised">When it happened.</param>
    /// <param name="zone">Where the hours are local.</param>
    public DateTimeOffset NotBefore(DateTimeOffset raised, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(raised, zone);
        var time = TimeOnly.FromDateTime(local.DateTime);
        if (QuietFrom == QuietUntil || !time.IsBetween(QuietFrom, QuietUntil))
        {
            return raised;
        }

        var end = DateOnly.FromDateTime(local.DateTime).AddDays(time < QuietUntil ? 0 : 1).ToDateTime(QuietUntil);

        // The clock may leap over the hour that ends the quiet: then it ends an hour later.
        end = zone.IsInvalidTime(end) ? end.AddHours(1) : end;
        return new DateTimeOffset(end, zone.GetUtcOffset(end));
    }
}

/// <summary>The numbers the gates judge by (semantics §6).</summary>
/// <param name="MaximumOrder">Largest single order, base currency.</param>
/// <param name="MaximumTurnover">Largest sum of sells and buys of a batch, as a fraction of the core portfolio.</param>
/// <param name="MaximumDailyValue">Largest value placed on one day, base currency.</param>
/// <param name="MaximumDailyOrders">Most orders placed on one day.</param>
/// <param name="PriceCollar">How far a price may be from an independent reference, as a fraction. Default 0.03.</param>
/// <param name="SlippageBuffer">Cash kept back per exchange-traded buy, as a fraction of it. Default 0.003.</param>
/// <param name="StalePriceDays">Business days of the venue after which an exchange price is stale. Default 1.</param>
/// <param name="StaleNavDays">Business days of the venue after which a NAV is stale. Default 3.</param>
/// <param name="StaleFxDays">Calendar days after which an exchange rate is stale. Default 4.</param>
/// <param name="ImplausibleDrift">A class drift beyond this is taken for a data error. Default 50 points (seed 001).</param>
/// <param name="ImplausibleQuantityJump">A quantity that differs from the ledger by more than this fraction is a data error. Default 0.001.</param>
public sealed record GateLimits(
    Money MaximumOrder,
    decimal MaximumTurnover,
    Money MaximumDailyValue,
    int MaximumDailyOrders,
    decimal PriceCollar,
    decimal SlippageBuffer,
    int StalePriceDays,
    int StaleNavDays,
    int StaleFxDays,
    Drift ImplausibleDrift,
    decimal ImplausibleQuantityJump);
