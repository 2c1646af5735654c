using System.Collections.Immutable;
using System.Text.RegularExpressions;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Brokers.Paper;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Tables;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Worker.Outside;

namespace PerpetualRebalancing.Worker.Doctor;

/// <summary>What a person wrote.</summary>
internal static partial class ConfigurationChecks
{
    /// <summary>What to do about a fault, which itself says what is allowed.</summary>
    public const string Mend = "Mend it, then run 'doctor' again.";

    /// <summary>What to do about a secret that is not there.</summary>
    public const string Give = "Give it in the environment or in .env, as .env.example shows.";

    /// <summary>Every file loads, and names only what is there: all faults of all files at once.</summary>
    public static IEnumerable<Finding> Files(Patient patient)
    {
        var (settings, faults) = (patient.Settings, ImmutableArray.CreateBuilder<string>());
        Try(() => _ = patient.Household);
        Try(() => _ = patient.Calendars);
        Try(() => _ = patient.Laws);
        Try(() => ChargeFiles.Load(Path.Combine(settings.ConfigFolder, "charges")));
        if (faults.Count == 0)
        {
            var (household, opening, paper) = (patient.Household, Path.Combine(settings.ConfigFolder, "opening.json"), Path.Combine(settings.ConfigFolder, "paper"));
            Try(() => RuleReferences.Check(
                household, settings.HouseholdFile, patient.Laws, ChargeFiles.Load(Path.Combine(settings.ConfigFolder, "charges")), patient.Calendars));
            if (PaperOutside.IsWorldOf(household))
            {
                Try(() => PriceFile.Load(Path.Combine(paper, "prices.csv"), household));
                Try(() => PaperRulesFile.Load(Path.Combine(paper, "rules.json"), household));
            }

            Try(() => _ = patient.Services);
            Try(() => OpeningReferences.Check(OpeningFile.Load(opening, household), opening, household, patient.Laws));
        }

        if (faults.Count > 0)
        {
            throw new ConfigurationException(faults.ToImmutable());
        }

        yield return Finding.Right($"{settings.HouseholdFile} and the tables in {settings.ConfigFolder} load without a fault.");
        foreach (var warning in patient.Warnings)
        {
            yield return Finding.Note(warning);
        }

        void Try(Action load)
        {
            try
            {
                load();
            }
            catch (ConfigurationException e)
            {
                faults.AddRange(e.Faults);
            }
        }
    }

    /// <summary>Which of the secrets that this installation can use are given, and which its accounts lack; never what they are.</summary>
    public static IEnumerable<Finding> Secrets(Patient patient) =>
    [
        .. Secrets(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, ".env.example")), patient.Variables)
            .Where(f => !f.Says.StartsWith(Adapters.Configuration.Secrets.Prefix, StringComparison.Ordinal)),

        // That the household file is missing is told by the check that reads it.
        .. File.Exists(patient.Settings.HouseholdFile) ? Keys(patient.Household, patient.Variables) : [],
    ];

    /// <summary>The keys without which an account of a real broker cannot be opened.</summary>
    /// <param name="household">Whose accounts.</param>
    /// <param name="variables">The environment, over <c>.env</c>.</param>
    internal static IEnumerable<Finding> Keys(Household household, ImmutableDictionary<string, string> variables)
    {
        foreach (var account in household.Accounts)
        {
            string[] needed = account.Broker switch
            {
                BrokerNames.Alpaca => ["API_KEY_ID", "API_SECRET"],
                BrokerNames.Kite => ["API_KEY", "API_SECRET"],
                _ => [],
            };
            foreach (var name in needed.Select(n => Adapters.Configuration.Secrets.VariableOf(account.Id, n)))
            {
                yield return variables.GetValueOrDefault(name, "").Length > 0
                    ? Finding.Right($"{name} is given.")
                    : Finding.Wrong($"{name} is not given, and {account.Id} cannot be opened at {account.Broker} without it.", Give);
            }
        }
    }

    /// <summary>As <see cref="Secrets(Patient)"/>.</summary>
    /// <param name="example">The text of the example that comes with the program: it names every variable.</param>
    /// <param name="variables">The environment, over <c>.env</c>.</param>
    internal static IEnumerable<Finding> Secrets(string example, ImmutableDictionary<string, string> variables)
    {
        string[] names = [.. Variable().Matches(example).Select(m => m.Groups[1].Value).Except(Settings.Variables)];
        return names.Length == 0
            ? [Finding.Right("This version needs none.")]
            : names.Select(name => variables.GetValueOrDefault(name, "").Length > 0
                ? Finding.Right($"{name} is given.")
                : Finding.Note($"{name} is not given.", "Give it in the environment or in .env if you use what .env.example says it is for."));
    }

    [GeneratedRegex(@"^#?\s*([A-Z][A-Z0-9_]*)=", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Variable();
}
