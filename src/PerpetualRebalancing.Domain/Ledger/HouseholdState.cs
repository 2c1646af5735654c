using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Ledger;

/// <summary>Where an instrument's lots lie.</summary>
/// <param name="Account">The account.</param>
/// <param name="Instrument">The instrument.</param>
public readonly record struct Position(AccountId Account, InstrumentId Instrument);

/// <summary>Money that left one account of the household and has not arrived at the other.</summary>
/// <param name="Batch">The batch of the funding leg.</param>
/// <param name="Leg">The funding leg.</param>
/// <param name="From">Sender.</param>
/// <param name="To">Receiver.</param>
/// <param name="Amount">What was sent, sender's currency.</param>
public sealed record MoneyInTransit(BatchId Batch, LegId Leg, AccountId From, AccountId To, Money Amount);

/// <summary>How the last review of a household closed.</summary>
/// <param name="Slot">Its slot.</param>
/// <param name="Kind">Scheduled or ad hoc.</param>
/// <param name="Program">What the sell program said.</param>
/// <param name="After">Portfolio drift at the close.</param>
/// <param name="End">How the program ended, if it did.</param>
public sealed record ClosedReview(Slot Slot, ReviewKind Kind, ProgramStep Program, Drift After, ProgramEnd End);

/// <summary>A payment of tax.</summary>
/// <param name="Member">Whose.</param>
/// <param name="On">When.</param>
/// <param name="Amount">Base currency, above zero.</param>
public sealed record TaxPayment(MemberId Member, DateOnly On, Money Amount);

/// <summary>What is true now because of everything that happened: a pure fold over the facts (semantics §1).</summary>
public sealed partial record HouseholdState
{
    /// <summary>Before anything was recorded.</summary>
    public static readonly HouseholdState Empty = new();

    /// <summary>True once the household was recorded.</summary>
    public bool IsOpened { get; init; }

    /// <summary>Accumulation or retirement.</summary>
    public Phase Phase { get; init; }

    /// <summary>Whether a job loss is declared.</summary>
    public bool JobLoss { get; init; }

    /// <summary>Why placing is halted, or null.</summary>
    public string? Halt { get; init; }

    /// <summary>Each account's cash and claims.</summary>
    public ImmutableDictionary<AccountId, AccountLedger> Accounts { get; init; } = ImmutableDictionary<AccountId, AccountLedger>.Empty;

    /// <summary>What is held: lots in FIFO order, oldest first. Positions without units are not listed.</summary>
    public ImmutableDictionary<Position, ImmutableArray<TaxLot>> Lots { get; init; } = ImmutableDictionary<Position, ImmutableArray<TaxLot>>.Empty;

    /// <summary>Tax caused and not paid, by member, base currency amounts.</summary>
    public ImmutableDictionary<MemberId, Money> TaxDue { get; init; } = ImmutableDictionary<MemberId, Money>.Empty;

    /// <summary>Every member's capital gains and losses, in the order they were recorded.</summary>
    public ImmutableArray<GainEntry> Gains { get; init; } = [];

    /// <summary>What of the tax on <see cref="Gains"/> was booked, by member: the law's liability unless the ledger or the law changed since.</summary>
    public ImmutableDictionary<MemberId, Money> TaxBooked { get; init; } = ImmutableDictionary<MemberId, Money>.Empty;

    /// <summary>Losses of recent sales that no purchase has replaced yet, in the order of the sales.</summary>
    public ImmutableArray<OpenLoss> OpenLosses { get; init; } = [];

    /// <summary>Losses of years before the household was recorded, as they stood then.</summary>
    public ImmutableArray<BroughtForwardLoss> Losses { get; init; } = [];

    /// <summary>Tax that was paid, in the order it was recorded; base currency amounts.</summary>
    public ImmutableArray<TaxPayment> TaxPayments { get; init; } = [];

    /// <summary>Modes that a person changed; others are as the policy says.</summary>
    public ImmutableDictionary<AccountId, AccountMode> Modes { get; init; } = ImmutableDictionary<AccountId, AccountMode>.Empty;

    /// <summary>The sell program.</summary>
    public SellProgram Program { get; init; } = SellProgram.Idle.Value;

    /// <summary>Batches on their way, oldest first.</summary>
    public ImmutableArray<Batch> Batches { get; init; } = [];

    /// <summary>Money between two accounts.</summary>
    public ImmutableArray<MoneyInTransit> InTransit { get; init; } = [];

    /// <summary>The last review that closed, or null.</summary>
    public ClosedReview? LastReview { get; init; }

    /// <summary>The last scheduled slot that closed, or null.</summary>
    public Slot? LastSlot { get; init; }

    /// <summary>What may be done at an account now.</summary>
    public AccountMode ModeOf(Account account) => Modes.TryGetValue(account.Id, out var mode) ? mode : account.Mode;

    /// <summary>Units held by the ledger.</summary>
    public Quantity Held(AccountId account, InstrumentId instrument)
    {
        var sum = 0m;
        if (Lots.TryGetValue(new Position(account, instrument), out var lots))
        {
            foreach (var lot in lots)
            {
                sum += lot.Remaining.Units;
            }
        }

        return new Quantity(sum);
    }

    /// <summary>The open batch of a name, or null.</summary>
    public Batch? Batch(BatchId id) => Batches.FirstOrDefault(b => b.Id == id);

    /// <summary>The one open batch whose short code begins so, as a person types it: at least four characters, in any case; null when
    /// there is none, or more than one.</summary>
    public Batch? BatchOf(string code)
    {
        var matches = Batches.Where(b => code.Length >= 4 && b.Id.Value.StartsWith(code, StringComparison.OrdinalIgnoreCase)).ToArray();
        return matches is [var one] ? one : null;
    }

    /// <summary>The state after a whole log.</summary>
    public static HouseholdState After(IEnumerable<Fact> facts) => facts.Aggregate(Empty, (state, fact) => state.Apply(fact));
}
