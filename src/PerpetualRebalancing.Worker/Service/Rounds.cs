using System.Globalization;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Doctor;
using PerpetualRebalancing.Worker.Messages;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Service;

/// <summary>What the service looks after a few times a day besides reviews: that the machine and the tables are fit, and that people hear
/// from it once a week.</summary>
internal static class Rounds
{
    /// <summary>Raises one warning a week for each thing that wears out and that a person can mend before it stops a review, and queues the
    /// week's heartbeat.</summary>
    public static void Make(Desk desk)
    {
        TellWhatWearsOut(desk);
        Beat(desk);
    }

    private static void TellWhatWearsOut(Desk desk)
    {
        var (rules, today) = (desk.ReadRules(), desk.LocalDate(desk.Time.GetUtcNow()));
        Finding[] looked =
        [
            MachineChecks.Disk(desk.Settings.DataFolder) with { Check = Checkup.Disk },
            .. RuleChecks.Calendars(desk.Policy, rules.Books.Calendars, today).Select(f => f with { Check = Checkup.Calendars }),
            .. RuleChecks.Taxes(desk.Policy, rules.Laws, today).Select(f => f with { Check = Checkup.Taxes }),
        ];
        var wrong = looked.Where(f => f.Health == Health.Wrong).ToArray();
        if (wrong.Length == 0)
        {
            return;
        }

        var day = today.ToDateTime(default);
        var week = FormattableString.Invariant($"{ISOWeek.GetYear(day)}-W{ISOWeek.GetWeekOfYear(day):00}");
        desk.Store.Transact("service", t =>
        {
            foreach (var finding in wrong)
            {
                t.Raise(new Alert(Severity.Warning, finding.Check, $"{finding.Check}/{SubjectOf(finding)}/{week}", $"{finding.Says} {finding.Do}".TrimEnd()));
            }
        });
    }

    // "NSE: the last final year is 2026." is about NSE, however the sentence goes on.
    private static string SubjectOf(Finding finding) => finding.Says.Split(':')[0] is { Length: < 12 } name ? name : "";

    private static void Beat(Desk desk)
    {
        var now = desk.Time.GetUtcNow();
        var today = desk.LocalDate(now);
        if (desk.Policy.Alerts.Heartbeat != today.DayOfWeek || desk.Policy.Alerts.NotBefore(now, desk.Zone) > now)
        {
            return;
        }

        var unseen = desk.Store.Alerts().Where(a => a.AcknowledgedAt is null && a.Severity != Severity.Information).ToArray();
        var next = SlotTable.Due(desk).OfType<SlotDue.Later>().Last().At;
        desk.Store.Transact("service", t => t.EnqueueAll(Letters.Heartbeat(desk, today, HeartbeatMessage.Compose(
            desk.Policy, t.State, unseen, desk.Store.LastRun(NightlyBackup.Kind), desk.Store.LastRun("review"), next, t.Head))));
    }
}
