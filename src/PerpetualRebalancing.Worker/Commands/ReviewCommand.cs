using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Service;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>review</c>: one cycle now.</summary>
public static class ReviewCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Builds the command.</summary>
    public static Command Build(CommandContext context)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Show the plan; record, ask and order nothing" };
        var allowShortTerm = new Option<bool>("--allow-short-term") { Description = "Let this one review sell short-term lots too, after you have seen their tax" };
        var command = new ExampleCommand(
            "review", "Run one review now: this month's, or an ad hoc one for cash that came since", "review --dry-run", "review", "review --allow-short-term")
        {
            dryRun, allowShortTerm,
        };
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(dryRun)
            ? DeskCommand.LookAsync(context, parsed, desk => DryRunAsync(context, parsed, desk, parsed.GetValue(allowShortTerm), cancellationToken))
            : DeskCommand.RunAsync(context, parsed, desk => RunAsync(context, parsed, desk, parsed.GetValue(allowShortTerm), cancellationToken)));
        return command;
    }

    private static async Task<int> DryRunAsync(CommandContext context, ParseResult parsed, Desk desk, bool allowShortTerm, CancellationToken cancellationToken)
    {
        var slot = Slot.Of(desk.LocalDate(desk.Time.GetUtcNow()));
        var kind = desk.Store.State.LastSlot == slot ? ReviewKind.AdHoc : ReviewKind.Scheduled;
        var outcome = await new MonthlyReview(desk).DryRunAsync(slot, kind, allowShortTerm, cancellationToken);
        ReviewView.Show(context.OutputOf(parsed), outcome, desk.Policy);
        return outcome.Judged.Judgement.Blocked.IsEmpty ? ExitCode.Done : ExitCode.Blocked;
    }

    private static async Task<int> RunAsync(CommandContext context, ParseResult parsed, Desk desk, bool allowShortTerm, CancellationToken cancellationToken)
    {
        var output = context.OutputOf(parsed);
        using var lease = desk.Store.TryAcquirePlacing(Environment.ProcessId, Environment.MachineName);
        if (lease is null)
        {
            return await AskServiceAsync(desk, output, allowShortTerm, cancellationToken);
        }

        using var caretaker = new Caretaker(desk, lease);
        var outcome = await caretaker.ReviewNowAsync(allowShortTerm, DeskCommand.Person, cancellationToken);
        var code = caretaker.CodeOf(outcome);
        await caretaker.TickAsync(cancellationToken);
        ReviewView.Show(output, outcome, desk.Policy);
        return code;
    }

    /// <summary>A service holds the placing role: it reviews, this command waits for its answer.</summary>
    private static async Task<int> AskServiceAsync(Desk desk, Output output, bool allowShortTerm, CancellationToken cancellationToken)
    {
        if (desk.Store.Placing() is { } holder && IsDead(holder))
        {
            throw new ConfigurationException(
                $"review: process {holder.ProcessId} on {holder.Host} has the placing role and died; nothing was planned. Its role is free at {holder.Heartbeat + PlacingLease.Patience:HH:mm:ss} UTC: try again then.");
        }

        var json = JsonSerializer.Serialize(new ReviewRequest(allowShortTerm), ServiceJson.Default.ReviewRequest);
        var id = desk.Store.Transact(DeskCommand.Person, t => t.AddIntent(Caretaker.ReviewIntent, json));
        for (var waited = TimeSpan.Zero; waited < Patience; waited += TimeSpan.FromMilliseconds(250))
        {
            await Task.Delay(250, cancellationToken);

            // The holder may have been another command that is done by now: then what was asked is answered here.
            await DeskCommand.AdvanceAsync(desk, cancellationToken);
            if (desk.Store.AnswerTo(id) is { } said)
            {
                var answer = JsonSerializer.Deserialize(said, ServiceJson.Default.ReviewAnswer)!;
                output.Say(MoneyFormat.Sentence(answer.Words), answer.ExitCode == ExitCode.Blocked ? Tone.Bad : Tone.Strong);
                return answer.ExitCode;
            }
        }

        output.Say($"The service was asked and has not answered within {Patience.TotalSeconds} seconds; 'status' shows when it has.", Tone.Warning);
        return ExitCode.Failed;
    }

    /// <summary>Whether the holder ran on this machine and does not any more: it will not answer.</summary>
    private static bool IsDead(PlacingHolder holder)
    {
        if (holder.Host != Environment.MachineName)
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(checked((int)holder.ProcessId));
            return process.HasExited;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
