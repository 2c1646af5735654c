using System.Globalization;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>Alerts, and saying that one was seen.</summary>
internal static class AlertPages
{
    private const int Shown = 100;

    /// <summary>Those that wait for somebody, the most urgent first; then the others.</summary>
    public static Reply Alerts(Visit visit)
    {
        var desk = visit.Site.Desk;
        var alerts = desk.Store.Alerts();
        var open = alerts.Where(a => a.AcknowledgedAt is null).OrderByDescending(a => a.Severity).ThenBy(a => a.Id).ToArray();
        var seen = alerts.Reverse().Where(a => a.AcknowledgedAt is not null).Take(Shown).ToArray();
        return visit.Page("Alerts",
        [
            .. open.Length == 0 ? new Part[] { new Part.Said(new Cell("No alert waits for you.", Tone.Good)) } : open.Select(a => (Part)new Part.Form(
                $"{a.Severity} · {MoneyFormat.Moment(a.At, desk.Zone)}", FormattableString.Invariant($"/alerts/{a.Id}/acknowledge"), [], FormattableString.Invariant($"I have seen alert {a.Id}"),
                MoneyFormat.FullSentence(a.Text), a.Severity == Severity.Critical ? Tone.Bad : Tone.Strong)),
            .. seen.Length == 0 ? [] : new Part[]
            {
                new Part.Shown(
                    new PageWriter("Seen").Heading("Seen before").Table(
                        [new Column("alert"), new Column("when"), new Column("severity"), new Column("what", ColumnKind.Prose)],
                        seen.Select(a => System.Collections.Immutable.ImmutableArray.Create<Cell>(
                            FormattableString.Invariant($"#{a.Id}"), MoneyFormat.Moment(a.At, desk.Zone), a.Severity.ToString().ToLowerInvariant(), MoneyFormat.FullSentence(a.Text)))).Page(),
                    "Seen before"),
            },
        ]);
    }

    /// <summary>Says that a person has seen an alert.</summary>
    public static Reply Acknowledge(Visit visit)
    {
        var store = visit.Site.Desk.Store;
        if (!long.TryParse(visit.Path("id"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) || store.Alerts().All(a => a.Id != id))
        {
            return visit.Missing("There is no such alert.");
        }

        store.Transact(visit.By, t => t.Acknowledge(id));
        return new Reply.See("/alerts");
    }
}
