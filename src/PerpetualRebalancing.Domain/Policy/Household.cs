using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Policy;

/// <summary>The unit that has one target allocation, one policy and one ledger (semantics §1): everything a person decides once
/// and writes in the household file. What happened since is the ledger's state.</summary>
/// <param name="Id">Names the household in the database and in messages.</param>
/// <param name="Name">For people.</param>
/// <param name="Base">The currency that targets, reserves and drift are measured in.</param>
/// <param name="InitialPhase">The phase until the first <c>phase set</c>.</param>
/// <param name="Members">The taxpayers.</param>
/// <param name="Accounts">In declared order, which breaks ties between pools.</param>
/// <param name="Classes">The target allocation, in declared order; targets sum to exactly 1.</param>
/// <param name="Instruments">In declared order; the first <see cref="InstrumentTag.Buy"/> instrument a pool can trade is what it buys.</param>
/// <param name="Routes">How money may be moved between accounts by a funding leg.</param>
/// <param name="Income">What is expected to come in; it projects and alerts, it is never spent (semantics §2).</param>
/// <param name="Expenses">What the household spends.</param>
/// <param name="Reserve">The liquidity reserve.</param>
/// <param name="Buy">How the buy engine rounds and what it drops.</param>
/// <param name="Sell">The sell engine's N, minimum, M and lot policy.</param>
/// <param name="Schedule">When reviews happen.</param>
/// <param name="Approval">When a person is asked.</param>
/// <param name="Limits">The numbers the gates judge by.</param>
public sealed record Household(
    HouseholdId Id,
    string Name,
    Currency Base,
    Phase InitialPhase,
    ImmutableArray<Member> Members,
    ImmutableArray<Account> Accounts,
    ImmutableArray<AssetClass> Classes,
    ImmutableArray<Instrument> Instruments,
    ImmutableArray<FundingRoute> Routes,
    ImmutableArray<IncomeSource> Income,
    Expenses Expenses,
    ReservePolicy Reserve,
    BuyPolicy Buy,
    SellPolicy Sell,
    SchedulePolicy Schedule,
    ApprovalPolicy Approval,
    GateLimits Limits)
{
    /// <summary>Which sales that only taxes ask for are proposed; none unless the household asks.</summary>
    public HarvestPolicy Harvest { get; init; } = new(Gains: false, Losses: false);

    /// <summary>When people are told, and how often.</summary>
    public AlertPolicy Alerts { get; init; } = AlertPolicy.Usual;

    /// <summary>The account of a name.</summary>
    /// <exception cref="KeyNotFoundException">The household has no such account.</exception>
    public Account Account(AccountId id) =>
        Accounts.FirstOrDefault(a => a.Id == id) ?? throw new KeyNotFoundException($"The household has no account '{id}'.");

    /// <summary>The member of a name.</summary>
    /// <exception cref="KeyNotFoundException">The household has no such member.</exception>
    public Member Member(MemberId id) =>
        Members.FirstOrDefault(m => m.Id == id) ?? throw new KeyNotFoundException($"The household has no member '{id}'.");

    /// <summary>The instrument of a name.</summary>
    /// <exception cref="KeyNotFoundException">The household has no such instrument.</exception>
    public Instrument Instrument(InstrumentId id) =>
        Instruments.FirstOrDefault(i => i.Id == id) ?? throw new KeyNotFoundException($"The household has no instrument '{id}'.");
}

/// <summary>Where the household is in life: building wealth, or living on it (seed 000 §1).</summary>
public enum Phase
{
    /// <summary>Income exceeds spending; the liquidity reserve is an emergency reserve.</summary>
    Accumulation,

    /// <summary>The portfolio pays for spending; the liquidity reserve is a retirement reserve.</summary>
    Retirement,
}

/// <summary>One taxpayer of the household.</summary>
/// <param name="Id">Names the member.</param>
/// <param name="Name">For people.</param>
/// <param name="Tax">Under which law the member is taxed.</param>
public sealed record Member(MemberId Id, string Name, TaxProfile Tax)
{
    /// <summary>Where the member is written to, and whose answers count; null for who is not written to.</summary>
    public string? Mail { get; init; }
}

/// <summary>What may be done at an account (semantics §6).</summary>
public enum AccountMode
{
    /// <summary>Plans are made and shown; nothing is placed. The default.</summary>
    Observe,

    /// <summary>Orders go to the embedded paper broker.</summary>
    Paper,

    /// <summary>Orders go to the real broker, once a person has armed the account by typing.</summary>
    Live,
}

/// <summary>One member's account at one broker or registrar, in one currency, with its own cash: one pool.</summary>
/// <param name="Id">Names the account.</param>
/// <param name="Member">Whose it is.</param>
/// <param name="Broker">Which adapter speaks to it; <c>paper</c> is the embedded broker.</param>
/// <param name="Currency">Of its cash.</param>
/// <param name="Mode">What may be done at it.</param>
public sealed record Account(AccountId Id, MemberId Member, string Broker, Currency Currency, AccountMode Mode)
{
    /// <summary>How the law sees it; taxable unless the household says otherwise.</summary>
    public Registration Registration { get; init; }

    /// <summary>What the broker calls the account, or the login it belongs to; null where a key says it alone. What answers under
    /// another number is not this account.</summary>
    public string? Number { get; init; }
}

/// <summary>The four broad kinds of asset that a globally diversified portfolio should hold (seed 000 §3.3).</summary>
public enum BroadClass
{
    /// <summary>Equities of the household's own country.</summary>
    DomesticEquity,

    /// <summary>Equities of other countries.</summary>
    InternationalEquity,

    /// <summary>Bonds, bills and debt funds.</summary>
    Debt,

    /// <summary>Gold and other precious metals.</summary>
    Gold,
}

/// <summary>A line of the target allocation.</summary>
/// <param name="Id">Names the class.</param>
/// <param name="Name">For people.</param>
/// <param name="Broad">Which of the four broad kinds it belongs to.</param>
/// <param name="Target">Its share of the core portfolio.</param>
public sealed record AssetClass(ClassId Id, string Name, BroadClass Broad, Weight Target);

/// <summary>A way a person or a bank can move money from one account to another, for example a remittance abroad.</summary>
/// <param name="From">The account the money leaves.</param>
/// <param name="To">The account it arrives at, in that account's currency.</param>
/// <param name="Fee">The fixed fee per transfer, in the sending currency.</param>
/// <param name="FeeRate">The proportional cost (mark-up, tax on the conversion), as a fraction of what is sent.</param>
/// <param name="Minimum">The smallest transfer worth making, in the sending currency.</param>
public sealed record FundingRoute(AccountId From, AccountId To, Money Fee, decimal FeeRate, Money Minimum);
