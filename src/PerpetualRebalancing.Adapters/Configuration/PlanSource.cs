using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>What a what-if plan starts from: a household, or no more than a spreadsheet.</summary>
public abstract record PlanSource
{
    private PlanSource()
    {
    }

    /// <summary>The file is a household file.</summary>
    /// <param name="Loaded">The household with its warnings.</param>
    public sealed record OfHousehold(LoadedHousehold Loaded) : PlanSource;

    /// <summary>The file has classes with values and targets, and perhaps pools.</summary>
    /// <param name="Portfolio">What it says.</param>
    public sealed record OfSpreadsheet(SpreadsheetPortfolio Portfolio) : PlanSource;
}
