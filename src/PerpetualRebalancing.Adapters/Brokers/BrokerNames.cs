using System.Collections.Immutable;

namespace PerpetualRebalancing.Adapters.Brokers;

/// <summary>The brokers by the short names that a household file gives them.</summary>
public static class BrokerNames
{
    /// <summary>The embedded paper broker.</summary>
    public const string Paper = "paper";

    /// <summary>Alpaca.</summary>
    public const string Alpaca = "alpaca";

    /// <summary>Zerodha, through Kite Connect.</summary>
    public const string Kite = "kite";

    /// <summary>Interactive Brokers, through its gateway.</summary>
    public const string Ibkr = "ibkr";

    /// <summary>No order API: a person keeps the account by hand and gets instructions.</summary>
    public const string ByHand = "instructions";

    /// <summary>All of them.</summary>
    public static readonly ImmutableArray<string> All = [Paper, Alpaca, Kite, Ibkr, ByHand];
}
