using System.Collections.Immutable;
using System.Text.Json;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>Alerts for a person and for a machine.</summary>
internal static class AlertsView
{
    /// <summary>For a machine.</summary>
    public static byte[] Json(ImmutableArray<RaisedAlert> alerts) => JsonSerializer.SerializeToUtf8Bytes(alerts, WorkerJson.Default.ImmutableArrayRaisedAlert);

    /// <summary>For a person.</summary>
    public static Page Render(ImmutableArray<RaisedAlert> alerts, TimeZoneInfo zone)
    {
        var page = new PageWriter("Alerts");
        return (alerts.IsEmpty
            ? page.Paragraph("Nothing waits to be seen.", Tone.Good)
            : page.Table(
                [Column.Number("alert"), new Column("raised"), new Column("severity"), new Column("what", ColumnKind.Prose), new Column("seen", Under: 3)],
                alerts.Select(a => ImmutableArray.Create<Cell>(
                    FormattableString.Invariant($"{a.Id}"), MoneyFormat.Moment(a.At, zone), new Cell(a.Severity.ToString().ToLowerInvariant(), ToneOf(a.Severity)),
                    MoneyFormat.FullSentence(a.Text), a.AcknowledgedAt is { } at ? $"{a.AcknowledgedBy ?? "somebody"}, {MoneyFormat.Moment(at, zone)}" : "not yet"))))
            .Page();
    }

    private static Tone ToneOf(Severity severity) => severity switch
    {
        Severity.Critical => Tone.Bad,
        Severity.Warning => Tone.Warning,
        _ => Tone.Plain,
    };
}
