namespace PerpetualRebalancing.Adapters.Vault;

/// <summary>What the vault has under a name.</summary>
public abstract record VaultReading
{
    private VaultReading()
    {
    }

    /// <summary>It is there and still good.</summary>
    /// <param name="Value">The secret.</param>
    /// <param name="Expires">Until when.</param>
    public sealed record Found(string Value, DateTimeOffset Expires) : VaultReading
    {
        /// <summary>Never the value.</summary>
        public override string ToString() => FormattableString.Invariant($"Found, until {Expires:yyyy-MM-dd HH:mm:ss}Z");
    }

    /// <summary>There is nothing that can be used.</summary>
    /// <param name="Why">One sentence, after the name of what was looked for.</param>
    public sealed record Absent(string Why) : VaultReading;
}
