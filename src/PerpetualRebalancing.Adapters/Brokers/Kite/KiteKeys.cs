using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Adapters.Brokers.Kite;

/// <summary>The keys of an app at developers.kite.trade.</summary>
/// <param name="ApiKey">Names the app; it stands in login links.</param>
/// <param name="ApiSecret">Proves that we are the app.</param>
public sealed record KiteKeys(string ApiKey, string ApiSecret)
{
    /// <summary>The keys of an account, from <c>PERPETUAL_SECRET_&lt;ACCOUNT&gt;_API_KEY</c> and <c>…_API_SECRET</c>.</summary>
    /// <exception cref="ConfigurationException">One is missing.</exception>
    public static KiteKeys From(Secrets secrets, AccountId account) => new(
        secrets.Require(account, "API_KEY", "the API key of the Kite Connect app"), secrets.Require(account, "API_SECRET", "the API secret of the Kite Connect app"));

    /// <summary>Never the keys.</summary>
    public override string ToString() => "(Kite keys)";
}
