using System.Globalization;

namespace PerpetualRebalancing.Domain.Ledger;

/// <summary>The name under which a broker knows an order of ours: <c>PR</c>, year and month of the slot, eight characters of the
/// batch, the leg, and <c>R2</c>, <c>R3</c> for what is placed again. At most 20 letters and digits, so that every broker takes it.</summary>
public static class ClientKey
{
    /// <summary>The longest a key may be.</summary>
    public const int MaxLength = 20;

    /// <summary>The key of an attempt (1, 2, 3 …) at a leg.</summary>
    /// <exception cref="ArgumentException">The key would be too long.</exception>
    public static string For(Slot slot, BatchId batch, LegId leg, int attempt)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        var stem = string.Create(CultureInfo.InvariantCulture, $"PR{slot.Year % 100:00}{slot.Month:00}{batch.Value[..8].ToUpperInvariant()}{leg.Value}");
        var key = Numbered(stem, attempt);
        return key.Length <= MaxLength ? key : throw new ArgumentException($"The client key {key} is longer than {MaxLength} characters.", nameof(leg));
    }

    /// <summary>The key of the attempt before a key's; null before the first.</summary>
    public static string? Before(string? key, LegId leg) =>
        key is not null && AttemptOf(key, leg) is > 1 and var attempt ? Numbered(key[..StemLength(key, leg)], attempt - 1) : null;

    /// <summary>Which attempt a key was; 0 for none yet.</summary>
    public static int AttemptOf(string? key, LegId leg)
    {
        if (key is null)
        {
            return 0;
        }

        var rest = key.AsSpan(StemLength(key, leg));
        return rest.IsEmpty ? 1 : int.Parse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static string Numbered(string stem, int attempt) => attempt == 1 ? stem : string.Create(CultureInfo.InvariantCulture, $"{stem}R{attempt}");

    // Before the leg stand PR, four digits and eight characters of the batch.
    private static int StemLength(string key, LegId leg) => key.IndexOf(leg.Value, 14, StringComparison.Ordinal) + leg.Value.Length;
}
