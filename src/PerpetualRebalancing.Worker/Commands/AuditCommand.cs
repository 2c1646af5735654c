using System.CommandLine;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>audit verify</c>: whether the log is still what was recorded. It needs the database and nothing else.</summary>
public static class AuditCommand
{
    /// <summary>Builds <c>audit</c>.</summary>
    public static Command Build(CommandContext context)
    {
        var anchor = new Option<string?>("--anchor")
        {
            Description = "A hash of the log that was noted elsewhere, as every report mail ends with one: says whether the log still has it",
            HelpName = "HASH",
        };
        var verify = new ExampleCommand("verify", "Check the hash chain of the recorded facts, from the first to the last", "audit verify", "audit verify --anchor 5f1c…  # all 64 digits") { anchor };
        verify.SetAction((parsed, _) =>
        {
            var noted = Noted(parsed.GetValue(anchor));
            var file = context.SettingsOf(parsed).Database;
            var answers = HouseholdStore.Look(file, context.Clock, store =>
                AuditAnswer.Of(store.Household, store.VerifyChain(), noted, noted is null ? null : store.FactOf(noted))).ToArray();
            context.OutputOf(parsed).Show(() => AuditView.Render(answers), () => AuditView.Json(answers));

            // An anchor is of one household: in a database of several, one that has it is enough.
            var isAnchored = noted is null || answers.Any(a => a.AnchorAt is not null);
            return Task.FromResult(isAnchored && answers.All(a => a.IsWhole) ? ExitCode.Done : ExitCode.Failed);
        });
        return new ExampleCommand("audit", "Prove that the record was not changed", "audit verify") { verify };
    }

    private static string? Noted(string? text) => text?.Trim().ToLowerInvariant() switch
    {
        null => null,
        { Length: 64 } hash when hash.All(char.IsAsciiHexDigitLower) => hash,
        _ => throw new ConfigurationException($"--anchor: is '{text}'; allowed: the 64 hexadecimal digits that a report mail or 'audit verify' named"),
    };
}
