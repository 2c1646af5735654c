using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>Holds an opening book's gains and losses against the tax laws of its members.</summary>
public static class OpeningReferences
{
    /// <summary>Checks every gain's bucket and day, and every loss's year.</summary>
    /// <param name="book">The opening book.</param>
    /// <param name="path">Its file.</param>
    /// <param name="household">Whose.</param>
    /// <param name="laws">The laws that the configuration holds.</param>
    /// <exception cref="ConfigurationException">A law does not know them: all faults at once.</exception>
    public static void Check(OpeningBook book, string path, Household household, TaxLaws laws)
    {
        var faults = new FaultList(path);
        foreach (var (index, gain) in book.Gains.Index())
        {
            var law = laws.For(household.Member(gain.Member).Tax);
            if (law.Buckets.All(b => b.Id != gain.Bucket))
            {
                faults.Add(
                    $"gains[{index}].bucket", $"is '{gain.Bucket}'{Suggestion.For(gain.Bucket.Value, [.. law.Buckets.Select(b => b.Id.Value)])}",
                    string.Join(", ", law.Buckets.Select(b => b.Id.Value)));
            }

            if (law.YearOf(book.AsOf) is var year && !year.Contains(gain.On))
            {
                faults.Add($"gains[{index}].on", $"is {gain.On:yyyy-MM-dd}", $"a day of the tax year {year.Name}, from {year.From:yyyy-MM-dd} to {book.AsOf:yyyy-MM-dd}");
            }
        }

        foreach (var (index, loss) in book.Losses.Index())
        {
            var law = laws.For(household.Member(loss.Member).Tax);
            if (law.YearOf(loss.Year).From != loss.Year || law.YearOf(book.AsOf).From <= loss.Year)
            {
                faults.Add(
                    $"losses[{index}].year", $"is {loss.Year:yyyy-MM-dd}", $"the first day of a tax year before the current one, like {law.YearOf(law.YearOf(book.AsOf).From.AddDays(-1)).From:yyyy-MM-dd}");
            }
        }

        faults.ThrowIfAny();
    }
}
