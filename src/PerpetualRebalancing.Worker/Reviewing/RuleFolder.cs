using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Tables;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Reviewing;

/// <summary>A configuration file as it was read, to be stored beside the plan that was decided on it.</summary>
internal sealed record ConfigDocument(string Name, byte[] Content);

/// <summary>Rule tables, and the files they came from.</summary>
internal sealed record RuleFiles(RuleBooks Books, ImmutableArray<ConfigDocument> Documents);

/// <summary>The rule tables of a configuration folder. They are read again for each review: an exchange may declare a holiday three
/// days ahead.</summary>
internal sealed class RuleFolder(string folder)
{
    /// <summary>Reads all of them.</summary>
    /// <exception cref="Adapters.Configuration.ConfigurationException">A file is missing or wrong.</exception>
    public RuleFiles Read()
    {
        var (calendars, charges, tax) = (Path.Combine(folder, "calendars"), Path.Combine(folder, "charges"), Path.Combine(folder, "tax"));
        var books = new RuleBooks(TaxFiles.Load(tax), ChargeFiles.Load(charges), CalendarFiles.Load(calendars));
        return new RuleFiles(books, [.. Documents(calendars, "*.csv"), .. Documents(charges, "*.json"), .. Documents(tax, "*.json")]);
    }

    private static IEnumerable<ConfigDocument> Documents(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal)
            .Select(file => new ConfigDocument($"{Path.GetFileName(folder)}/{Path.GetFileName(file)}", File.ReadAllBytes(file)));
}
