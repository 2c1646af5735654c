using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Worker.Commands;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Messages;

/// <summary>Says that the service is alive and how things stand. Where one that was expected does not come, somebody should look.</summary>
public static class HeartbeatMessage
{
    /// <summary>Writes the message.</summary>
    /// <param name="policy">Whose.</param>
    /// <param name="state">How things stand.</param>
    /// <param name="unseen">Alerts that nobody acknowledged, oldest first.</param>
    /// <param name="backup">The last backup, or null.</param>
    /// <param name="review">The last review, or null.</param>
    /// <param name="next">When the next one is due.</param>
    /// <param name="head">Where the log ends.</param>
    public static Letter Compose(
        Household policy, HouseholdState state, IReadOnlyCollection<RaisedAlert> unseen, Run? backup, Run? review, DateTimeOffset next, LogHead head)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(policy.Schedule.TimeZone);
        var isWell = unseen.Count == 0 && state.Halt is null;
        return new LetterWriter()
            .Line($"{policy.Name}: the service runs{(isWell ? ", and nothing waits for you" : "")}.")
            .Section("HALTED", state.Halt is { } why ? [$"Nothing is placed: {why}", $"'{CommandLine.ProgramName} resume resume' allows it again."] : [])
            .Section("ALERTS THAT NOBODY ACKNOWLEDGED", unseen.Select(a => $"- {MoneyFormat.Moment(a.At, zone)}: {MoneyFormat.FullSentence(a.Text)}"))
            .Section("OPEN", state.Batches.Select(b => b.Approved
                ? $"Batch {b.Id} of {b.Slot} is being worked; its last day is {MoneyFormat.Day(b.LastDay)}."
                : $"Batch {b.Id} of {b.Slot} waits for your answer until {MoneyFormat.Moment(b.Expires, zone)}."))
            .Section("REVIEWS",
            [
                review is null ? "None was made yet." : $"The last one was on {MoneyFormat.Moment(review.Finished, zone)}. {MoneyFormat.FullSentence(review.Summary)}",
                $"The next one is due on {MoneyFormat.Moment(next, zone)}.",
            ])
            .Section("SELL PROGRAM", LegText.Program(state.Program, policy.Sell))
            .Section("BACKUP", backup is null ? "None was made yet." : $"The last one was on {MoneyFormat.Moment(backup.Finished, zone)}: {backup.Outcome.ToLowerInvariant()}.")
            .Line()
            .Line(ReviewReport.Anchor(head))
            .Under(isWell ? $"All is well: {policy.Name}" : $"The service runs, and something waits for you: {policy.Name}");
    }
}
