using System.Text.Json.Serialization;

namespace PerpetualRebalancing.Domain.Markets;

/// <summary>A price that was read somewhere.</summary>
/// <param name="Instrument">What it is the price of.</param>
/// <param name="Price">Market price or NAV, in the instrument's currency.</param>
/// <param name="AsOf">The day the price belongs to, by the venue's calendar.</param>
/// <param name="Source">Who said so, and which better source could not.</param>
/// <param name="Reference">An independent second price of the same day, when there is one, for the price collar.</param>
public sealed record Quote(InstrumentId Instrument, UnitPrice Price, DateOnly AsOf, string Source, UnitPrice? Reference)
{
    /// <summary>When it was read, by our clock; null for a price that no service was asked for, and in snapshots older than this.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>Whether its source tells it some minutes late, as exchanges do to who has not subscribed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsDelayed { get; init; }

    /// <summary>The last NAV of a fund that trades on an exchange, by its registrar; null when it is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UnitPrice? Nav { get; init; }

    /// <summary>Why the NAV of such a fund could not be read; null when it was, or when the instrument has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NavFault { get; init; }
}
