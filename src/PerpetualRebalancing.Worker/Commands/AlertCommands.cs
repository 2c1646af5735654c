using System.Collections.Immutable;
using System.CommandLine;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>alerts</c>: what people were told, and saying that it was seen.</summary>
public static class AlertCommands
{
    /// <summary>Builds the command.</summary>
    public static Command Build(CommandContext context)
    {
        var all = new Option<bool>("--all") { Description = "Also those that somebody acknowledged" };
        var command = new ExampleCommand("alerts", "What waits to be seen by a person", "alerts", "alerts --all", "alerts seen 17", "alerts seen all") { all, Seen(context) };
        command.SetAction((parsed, _) => DeskCommand.LookAsync(context, parsed, desk =>
        {
            var alerts = desk.Store.Alerts().Where(a => parsed.GetValue(all) || a.AcknowledgedAt is null).ToImmutableArray();
            context.OutputOf(parsed).Show(() => AlertsView.Render(alerts, desk.Zone), () => AlertsView.Json(alerts));
            return Task.FromResult(ExitCode.Done);
        }));
        return command;
    }

    private static ExampleCommand Seen(CommandContext context)
    {
        var id = new Argument<string>("ALERT") { Description = "Its number, as 'alerts' shows it, or 'all'" };
        var command = new ExampleCommand("seen", "Say that you have seen an alert: a critical one is not sent again then", "alerts seen 17", "alerts seen all") { id };
        command.SetAction((parsed, _) => DeskCommand.RecordAsync(context, parsed, desk =>
        {
            var (name, open) = (parsed.GetRequiredValue(id), desk.Store.Alerts().Where(a => a.AcknowledgedAt is null).ToArray());
            var seen = name == "all" ? open : open.Where(a => FormattableString.Invariant($"{a.Id}") == name).ToArray();
            if (seen.Length == 0 && name != "all")
            {
                throw new ConfigurationException($"ALERT: no alert that waits has the number '{name}'; allowed: {(open.Length == 0 ? "none waits" : string.Join(", ", open.Select(a => a.Id)))}, or all");
            }

            desk.Store.Transact(DeskCommand.Person, t => Array.ForEach(seen, a => t.Acknowledge(a.Id)));
            return seen.Length == 1 ? "1 alert is acknowledged." : FormattableString.Invariant($"{seen.Length} alerts are acknowledged.");
        }));
        return command;
    }
}
