using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Adapters.Store;

/// <summary>A statement to be kept.</summary>
/// <param name="Account">The account it is of.</param>
/// <param name="Kind">What wrote it.</param>
/// <param name="File">Its name.</param>
/// <param name="Document">Its bytes' hash, saved before.</param>
/// <param name="ActionsFile">The name of the corporate actions beside it, or null.</param>
/// <param name="Actions">Their bytes' hash, saved before, or null.</param>
/// <param name="From">The first day it covers.</param>
/// <param name="To">The last day it covers.</param>
/// <param name="Holder">The name it gives, or null.</param>
/// <param name="TaxNumber">The tax number it gives, or null.</param>
/// <param name="BrokerId">The broker's account number it gives, or null.</param>
public sealed record NewImport(
    AccountId Account, string Kind, string File, string Document, string? ActionsFile, string? Actions, DateOnly From, DateOnly To,
    string? Holder, string? TaxNumber, string? BrokerId);

/// <summary>A statement that was imported.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Account">The account it is of.</param>
/// <param name="Kind">What wrote it.</param>
/// <param name="File">Its name.</param>
/// <param name="Document">Its bytes' hash.</param>
/// <param name="ActionsFile">The name of the corporate actions beside it, or null.</param>
/// <param name="Actions">Their bytes' hash, or null.</param>
/// <param name="From">The first day it covers.</param>
/// <param name="To">The last day it covers.</param>
/// <param name="Holder">The name it gives, or null.</param>
/// <param name="TaxNumber">The tax number it gives, or null.</param>
/// <param name="BrokerId">The broker's account number it gives, or null.</param>
/// <param name="At">When it was imported.</param>
/// <param name="By">Who did.</param>
/// <param name="UndoneAt">When it was undone; null while it counts.</param>
public sealed record StoredImport(
    long Id, string Account, string Kind, string File, string Document, string? ActionsFile, string? Actions, DateOnly From, DateOnly To,
    string? Holder, string? TaxNumber, string? BrokerId, DateTimeOffset At, string By, DateTimeOffset? UndoneAt)
{
    /// <summary>Whether it counts.</summary>
    public bool IsLive => UndoneAt is null;

    /// <summary>As faults and reports name it.</summary>
    public string Name => FormattableString.Invariant($"import {Id} ({File})");
}
