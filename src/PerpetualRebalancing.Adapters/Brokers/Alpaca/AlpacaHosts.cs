using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Brokers.Alpaca;

/// <summary>Alpaca's hosts. Money is real on the live one and play money on the paper one; their keys differ, and a key of one is
/// refused by the other.</summary>
public static class AlpacaHosts
{
    /// <summary>Trading with real money.</summary>
    public static UpstreamTerms Live(AlpacaRoots roots) => new("Alpaca", roots.Trading);

    /// <summary>Trading with play money.</summary>
    public static UpstreamTerms Paper(AlpacaRoots roots) => new("Alpaca paper", roots.PaperTrading);

    /// <summary>Quotes, trades and bars; takes the keys of either.</summary>
    public static UpstreamTerms Data(AlpacaRoots roots) => new("Alpaca data", roots.Data);
}
