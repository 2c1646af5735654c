using System.Collections.Immutable;
using System.Text.Json;
using PerpetualRebalancing.Worker.Doctor;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>What the doctor found, for a person and for a machine.</summary>
public static class DoctorView
{
    /// <summary>The canonical bytes for a machine.</summary>
    public static byte[] Json(DoctorReport report) => JsonSerializer.SerializeToUtf8Bytes(report, WorkerJson.Default.DoctorReport);

    /// <summary>The page for a person: what needs one comes first.</summary>
    public static Page Render(DoctorReport report)
    {
        var page = new PageWriter($"Doctor · {MoneyFormat.Moment(report.At, TimeZoneInfo.Utc)} UTC");
        if (report.NeedsPerson)
        {
            page.Paragraph("Something needs a person.", Tone.Bad);
        }
        else
        {
            page.Paragraph("All is right.", Tone.Good);
        }

        page.Table(
            [new Column(""), new Column("check"), new Column("", ColumnKind.Prose)],
            report.Findings.OrderByDescending(f => f.Health == Health.Wrong).Select(f => ImmutableArray.Create<Cell>(
                new Cell(f.Health.ToString().ToLowerInvariant(), ToneOf(f.Health)), f.Check, f.Do is { } what ? $"{f.Says} {what}" : f.Says)));
        return page.Page();
    }

    private static Tone ToneOf(Health health) => health switch
    {
        Health.Right => Tone.Good,
        Health.Wrong => Tone.Bad,
        _ => Tone.Warning,
    };
}
