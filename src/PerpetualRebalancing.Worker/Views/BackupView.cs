using System.Collections.Immutable;
using System.Text.Json;
using PerpetualRebalancing.Adapters.Backups;
using PerpetualRebalancing.Worker.Service;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>A backup.</summary>
/// <param name="File">Where it lies.</param>
/// <param name="At">When it was made, where its name says so.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="BeforeSchema">The schema that it was made before the change to, or null.</param>
/// <param name="Logs">The logs in it, when it was checked.</param>
/// <param name="Fault">Why it cannot be used, or null.</param>
internal sealed record BackupAnswer(string File, DateTimeOffset? At, long Bytes, int? BeforeSchema, ImmutableArray<BackedUpLog>? Logs, string? Fault)
{
    /// <summary>A backup in its folder.</summary>
    public static BackupAnswer Of(BackupEntry entry, ImmutableArray<BackedUpLog>? logs) => new(entry.Path, entry.At, entry.Bytes, entry.BeforeSchema, logs, null);
}

/// <summary>What a restoration did.</summary>
/// <param name="File">The backup.</param>
/// <param name="Folder">Where its databases are now.</param>
/// <param name="PutAside">Where the databases are that were there, or null.</param>
/// <param name="Households">What became of each.</param>
internal sealed record RestoreAnswer(string File, string Folder, string? PutAside, ImmutableArray<RestoredHousehold> Households);

/// <summary>Backups for a person and for a machine.</summary>
internal static class BackupView
{
    /// <summary>For a machine.</summary>
    public static byte[] Json(BackupAnswer[] answers) => JsonSerializer.SerializeToUtf8Bytes(answers, WorkerJson.Default.BackupAnswerArray);

    /// <summary>For a machine.</summary>
    public static byte[] Json(RestoreAnswer answer) => JsonSerializer.SerializeToUtf8Bytes(answer, WorkerJson.Default.RestoreAnswer);

    /// <summary>For a person.</summary>
    public static Page Render(string title, BackupAnswer[] answers)
    {
        var page = new PageWriter(title);
        return (answers.Length == 0
            ? page.Paragraph("There is no backup yet; 'backup now' makes one, and the service makes one a night.", Tone.Warning)
            : page.Table(
                [new Column("file"), new Column("made"), Column.Number("bytes"), new Column("state", ColumnKind.Prose)],
                answers.Select(a => ImmutableArray.Create<Cell>(
                    a.File, a.At is { } at ? FormattableString.Invariant($"{at:yyyy-MM-dd HH:mm} UTC") : "", FormattableString.Invariant($"{a.Bytes:N0}"), State(a))))).Page();
    }

    /// <summary>For a person.</summary>
    public static Page Render(RestoreAnswer answer)
    {
        var page = new PageWriter("Restored").Facts(
        [
            ("from", answer.File), ("to", answer.Folder),
            .. answer.PutAside is { } aside ? [("what was there", new Cell(aside))] : Array.Empty<(string, Cell)>(),
        ]);
        foreach (var household in answer.Households)
        {
            page.Heading(household.Household.Value).Facts(
            [
                ("log", FormattableString.Invariant($"{household.Head.Sequence} facts, the last of {household.LastFact:yyyy-MM-dd HH:mm} UTC; head {household.Head.Hash}")),
                ("orders in doubt", FormattableString.Invariant($"{household.InDoubt}")),
                ("messages withheld", household.Withheld.IsEmpty ? "none" : string.Join("; ", household.Withheld)),
            ]);
        }

        return page.Paragraph("Placing is HALTED. What happened after the backup was made is not in it: compare 'status' with each broker, then 'resume resume'.", Tone.Warning).Page();
    }

    private static Cell State(BackupAnswer answer) => answer switch
    {
        { Fault: { } fault } => new Cell(fault, Tone.Bad),
        { Logs: { } logs } => new Cell(logs.IsEmpty ? "whole; no household is in it" : $"whole; {string.Join("; ", logs.Select(l => FormattableString.Invariant($"{l.Household}: {l.Head.Sequence} facts, head {l.Head.Hash}")))}", Tone.Good),
        { BeforeSchema: { } schema } => FormattableString.Invariant($"made before the change to schema {schema}; never removed"),
        _ => "",
    };
}
