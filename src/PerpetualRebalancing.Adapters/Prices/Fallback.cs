using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>Asks one source after another until one has a value that can be used, and says which could not help and why.</summary>
internal static class Fallback
{
    private const int LongestReason = 200;

    /// <summary>The first usable value.</summary>
    /// <param name="what">What is asked for, in words.</param>
    /// <param name="sources">The best first.</param>
    /// <param name="complaint">What is wrong with a value; null when it can be used.</param>
    /// <param name="cancellationToken">Stops the asking.</param>
    /// <returns>The value, and the source's name with why the better ones were passed over.</returns>
    /// <exception cref="UpstreamException">Nobody has one: it names what each said.</exception>
    public static async Task<(T Value, string Source)> FirstAsync<T>(
        string what, IEnumerable<(string Name, Func<CancellationToken, Task<T>> Read)> sources, Func<T, string?> complaint, CancellationToken cancellationToken)
    {
        var (reasons, faults) = (new List<string>(), new List<UpstreamFault>());
        foreach (var (name, read) in sources)
        {
            try
            {
                var value = await read(cancellationToken).ConfigureAwait(false);
                if (complaint(value) is not { } wrong)
                {
                    return (value, SourceOf(name, reasons));
                }

                reasons.Add($"{name}: {wrong}");
                faults.Add(UpstreamFault.Refused);
            }
            catch (UpstreamException e)
            {
                reasons.Add(e.Message);
                faults.Add(e.Fault);
            }
        }

        throw new UpstreamException("prices", FaultOf(faults), $"there is no {what}: {Joined(reasons)}");
    }

    /// <summary>A source's name, with what the better ones said.</summary>
    public static string SourceOf(string name, IReadOnlyCollection<string> reasons) => reasons.Count == 0 ? name : $"{name}, as {Joined(reasons)}";

    /// <summary>What sources said, on one line.</summary>
    public static string Joined(IReadOnlyCollection<string> reasons) =>
        reasons.Count == 0 ? "no source was asked" : string.Join("; ", reasons.Select(Short).Distinct(StringComparer.Ordinal));

    /// <summary>What is known when several sources could not help: one that may pass makes asking again later worth it.</summary>
    public static UpstreamFault FaultOf(IEnumerable<UpstreamFault> faults) => faults
        .DefaultIfEmpty(UpstreamFault.Refused)
        .MaxBy(f => f is UpstreamFault.NotReached or UpstreamFault.Lost or UpstreamFault.Throttled or UpstreamFault.Failing);

    private static string Short(string reason)
    {
        var line = string.Concat(reason.Select(c => char.IsControl(c) ? ' ' : c)).TrimEnd('.');
        return line.Length <= LongestReason ? line : $"{line[..LongestReason]} ...";
    }
}
