using System.Text.Json.Serialization;

namespace PerpetualRebalancing.Domain.Tax;

/// <summary>How the law sees a lot on a trade date (tax facts 0.2): three outcomes, since some lots can never become long-term.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "term")]
[JsonDerivedType(typeof(Long), "long")]
[JsonDerivedType(typeof(Short), "short")]
[JsonDerivedType(typeof(NeverLong), "neverLong")]
public abstract record LotTerm
{
    private LotTerm()
    {
    }

    /// <summary>Whether a household that sells long-term lots only may sell it: waiting would bring nothing.</summary>
    [JsonIgnore]
    public bool IsSellableLongTermOnly => this is not Short;

    /// <summary>Held long enough.</summary>
    public sealed record Long : LotTerm
    {
        /// <summary>The only value.</summary>
        public static readonly Long Value = new();
    }

    /// <summary>Not held long enough yet.</summary>
    /// <param name="LongFrom">The first trade date on which it is long-term.</param>
    public sealed record Short(DateOnly LongFrom) : LotTerm;

    /// <summary>Can never become long-term, so waiting has no value.</summary>
    public sealed record NeverLong : LotTerm
    {
        /// <summary>The only value.</summary>
        public static readonly NeverLong Value = new();
    }
}
