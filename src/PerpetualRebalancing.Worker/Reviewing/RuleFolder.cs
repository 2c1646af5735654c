using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Tables;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Worker.Reviewing;

/// <summary>A configuration file as it was read, to be stored beside the plan that was decided on it.</summary>
internal sealed record ConfigDocument(string Name, byte[] Content);

/// <summary>Rule tables, and the files they came from.</summary>
internal sealed record RuleFiles(RuleBooks Books, TaxLaws Laws, ImmutableArray<ConfigDocument> Documents);

/// <summary>The rule tables of a configuration folder; a demonstration takes tax tables beyond their dates. They are read again for each step: an exchange may declare a holiday three
/// days ahead.</summary>
internal sealed class RuleFolder(string folder, string householdFile, Household household, bool agelessTax = false)
{
    private RuleFiles? _last;

    /// <summary>Reads all of them.</summary>
    /// <exception cref="ConfigurationException">A file is missing or wrong, or the household names a rule that none of them has.</exception>
    public RuleFiles Read()
    {
        var (calendars, charges, tax) = (Path.Combine(folder, "calendars"), Path.Combine(folder, "charges"), Path.Combine(folder, "tax"));
        ImmutableArray<ConfigDocument> documents = [.. Documents(calendars, "*.csv"), .. Documents(charges, "*.json"), .. Documents(tax, "*.json"), .. Documents(tax, "*.csv")];

        // The service asks every few seconds and the files change once a year: only what differs is worth parsing. Their bytes are
        // compared and not their dates, which an edit within the clock's step would not move.
        if (_last is { } last && last.Documents.SequenceEqual(documents, SameContent.Instance))
        {
            return last;
        }

        var (taxTable, chargeBook, calendarBook) = (TaxFiles.Load(tax) with { Ageless = agelessTax }, ChargeFiles.Load(charges), CalendarFiles.Load(calendars));
        RuleReferences.Check(household, householdFile, taxTable, chargeBook, calendarBook);
        return _last = new RuleFiles(new RuleBooks(taxTable, chargeBook, calendarBook), taxTable, documents);
    }

    // A missing folder is told with its fault by whoever parses it.
    private static IEnumerable<ConfigDocument> Documents(string folder, string pattern) =>
        (Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern) : []).Order(StringComparer.Ordinal)
            .Select(file => new ConfigDocument($"{Path.GetFileName(folder)}/{Path.GetFileName(file)}", File.ReadAllBytes(file)));

    private sealed class SameContent : IEqualityComparer<ConfigDocument>
    {
        public static readonly SameContent Instance = new();

        public bool Equals(ConfigDocument? x, ConfigDocument? y) => x!.Name == y!.Name && x.Content.AsSpan().SequenceEqual(y.Content);

        public int GetHashCode(ConfigDocument obj) => obj.Name.GetHashCode(StringComparison.Ordinal);
    }
}
