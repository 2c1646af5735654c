using System.Collections.Immutable;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Worker.Statements;

/// <summary>What an import, or its undoing, did.</summary>
/// <param name="Import">Names it; null for a dry run.</param>
/// <param name="Account">Whose lots.</param>
/// <param name="File">Its file.</param>
/// <param name="From">The first day it covers.</param>
/// <param name="To">The last day it covers.</param>
/// <param name="IsRepeat">Whether the file counted already, and nothing changed.</param>
/// <param name="Positions">The positions whose lots changed.</param>
/// <param name="Gains">What was added to the ledger of the current tax year.</param>
/// <param name="Notes">What a person should know.</param>
internal sealed record ImportReport(
    long? Import, AccountId Account, string File, DateOnly From, DateOnly To, bool IsRepeat, ImmutableArray<ImportedPosition> Positions,
    ImmutableArray<GainEntry> Gains, ImmutableArray<string> Notes)
{
    /// <summary>A file that counted already.</summary>
    public static ImportReport Repeated(long import, AccountId account, string file, DateOnly from, DateOnly to) =>
        new(import, account, file, from, to, IsRepeat: true, [], [], []);
}

/// <summary>A position whose lots changed.</summary>
/// <param name="Instrument">Which instrument.</param>
/// <param name="Lots">How many lots there are now.</param>
/// <param name="Units">How many units they hold.</param>
internal sealed record ImportedPosition(InstrumentId Instrument, int Lots, Quantity Units);
