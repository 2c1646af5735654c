using System.Collections.Immutable;
using System.Text.Json;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>What an account reports of one thing, and what the ledger says.</summary>
/// <param name="Account">Which account.</param>
/// <param name="What">Cash, or an instrument.</param>
/// <param name="Reported">By the account.</param>
/// <param name="Booked">In the ledger.</param>
/// <param name="Agrees">Whether both are the same.</param>
/// <param name="Note">What a difference means.</param>
internal sealed record ReconciledRow(AccountId Account, string What, string Reported, string Booked, bool Agrees, string Note);

/// <summary>A reconciliation for a person and for a machine.</summary>
internal static class ReconciledView
{
    /// <summary>For a machine.</summary>
    public static byte[] Json(ImmutableArray<ReconciledRow> rows) => JsonSerializer.SerializeToUtf8Bytes(rows, WorkerJson.Default.ImmutableArrayReconciledRow);

    /// <summary>For a person.</summary>
    public static Page Render(ImmutableArray<ReconciledRow> rows) => new PageWriter("Accounts against the ledger").Table(
        [new Column("account"), new Column("what"), Column.Number("reported"), Column.Number("ledger"), new Column("note", ColumnKind.Prose)],
        rows.Select(r => ImmutableArray.Create<Cell>(
            r.Account.Value, r.What, r.Reported, r.Booked, r.Agrees ? new Cell(r.Note.Length == 0 ? "agrees" : r.Note, Tone.Good) : new Cell(r.Note, Tone.Bad)))).Page();
}
