namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>An address that is a secret, as whoever knows it may use it.</summary>
/// <param name="value">The address.</param>
public sealed class SecretAddress(Uri value)
{
    /// <summary>The address itself, for who opens it and nobody else.</summary>
    public Uri Reveal() => value;

    /// <summary>Its host, which may be shown.</summary>
    public string Host => value.Host;

    /// <summary>Never the address.</summary>
    public override string ToString() => $"(an address at {value.Host})";
}
