using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Lots;

/// <summary>Whose statement it is, as far as it says.</summary>
/// <param name="Name">The holder's name; null when not named.</param>
/// <param name="TaxNumber">The holder's tax number (PAN): one per member; null when not given.</param>
/// <param name="Account">The broker's number of the account: one per account; null when not given.</param>
public sealed record StatementOwner(string? Name, string? TaxNumber, string? Account)
{
    /// <summary>A statement that says nothing about its owner.</summary>
    public static readonly StatementOwner Unnamed = new(null, null, null);
}

/// <summary>What a broker or registrar says about one account over a period, in the one form that every importer reads into.</summary>
/// <param name="Account">Whose lots.</param>
/// <param name="From">The first day it covers.</param>
/// <param name="To">The last day it covers.</param>
/// <param name="Owner">Whose statement it is.</param>
/// <param name="Transactions">What it lists, in its order. For the instruments named here it replaces whatever was known of its period.</param>
/// <param name="Actions">Corporate actions that came beside it. For each instrument named here they are the whole list, of all years.</param>
public sealed record Statement(
    AccountId Account, DateOnly From, DateOnly To, StatementOwner Owner, ImmutableArray<Transaction> Transactions, ImmutableArray<Transaction> Actions)
{
    /// <summary>The instruments whose period it covers.</summary>
    public ImmutableHashSet<InstrumentId> Covered { get; } = [.. Transactions.SelectMany(Instruments)];

    /// <summary>The instruments whose corporate actions it lists.</summary>
    public ImmutableHashSet<InstrumentId> Acted { get; } = [.. Actions.Select(a => a.At.Instrument)];

    /// <summary>Every instrument whose lots it may change.</summary>
    public IEnumerable<InstrumentId> Touched => Covered.Union(Actions.SelectMany(Instruments));

    /// <summary>Whether it says what happened to an instrument on a day.</summary>
    public bool Covers(InstrumentId instrument, DateOnly day) => From <= day && day <= To && Covered.Contains(instrument);

    private static IEnumerable<InstrumentId> Instruments(Transaction transaction) => transaction is Transaction.Consolidated merged
        ? [merged.At.Instrument, merged.Into]
        : [transaction.At.Instrument];
}
