using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Brokers.Paper;

/// <summary>Reads <see cref="PaperRules"/> from JSON with comments, as config/paper/rules.json shows. Whatever is left out is as in
/// <see cref="PaperRules.Standard"/>.</summary>
public static class PaperRulesFile
{
    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="household">Whose instruments may have rules.</param>
    /// <exception cref="ConfigurationException">The file cannot be read or has faults: all of them at once.</exception>
    public static PaperRules Load(string path, Household household)
    {
        using var document = TextFile.ReadJson(path);
        var faults = new FaultList(path);
        var file = new JsonNodeReader(document.RootElement, faults);
        var standard = Rule(file.Section("default", required: false), PaperRules.Standard.Default);
        var section = file.Section("instruments", required: false);
        var instruments = household.Instruments.Select(i => i.Id).Where(id => section.Has(id.Value))
            .ToImmutableDictionary(id => id, id => Rule(section.Section(id.Value, required: true), standard));
        section.Close();
        var remittance = Remittance(file.Section("remittance", required: false), PaperRules.Standard.Remittance);
        file.Close();
        faults.ThrowIfAny();
        return new PaperRules(standard, instruments, remittance);
    }

    private static PaperRule Rule(JsonNodeReader rule, PaperRule otherwise)
    {
        var read = new PaperRule(
            rule.Number("spreadBps", 0m, 1000m, "hundredths of a percent", otherwise.SpreadBps) ?? otherwise.SpreadBps,
            rule.Number("fillFraction", 0m, 1m, "of the order", otherwise.FillFraction) ?? otherwise.FillFraction,
            rule.Choice("rest", (PaperRest?)otherwise.Rest) ?? otherwise.Rest,
            rule.Has("reject") ? rule.Text("reject", "the broker's words") : otherwise.Reject,
            rule.Choice("fault", (PaperFault?)otherwise.Fault) ?? otherwise.Fault);
        rule.Close();
        return read;
    }

    private static RemittanceRule Remittance(JsonNodeReader rule, RemittanceRule otherwise)
    {
        var read = new RemittanceRule(
            rule.Whole("businessDays", 0, 30, "business days", otherwise.BusinessDays) ?? otherwise.BusinessDays,
            rule.Whole("lateDays", 0, 60, "business days", otherwise.LateDays) ?? otherwise.LateDays,
            rule.Number("shortPercent", 0m, 100m, "percent", otherwise.ShortPercent) ?? otherwise.ShortPercent,
            rule.Flag("lost", otherwise.IsLost));
        rule.Close();
        return read;
    }
}
