using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Mail;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>Where every outside service is. The defaults are the services' own addresses; every root ends with a slash.</summary>
public sealed record Services
{
    /// <summary>The services' own addresses.</summary>
    public static readonly Services Default = new();

    /// <summary>Alpaca.</summary>
    public AlpacaRoots Alpaca { get; init; } = new(Root("https://api.alpaca.markets/"), Root("https://paper-api.alpaca.markets/"), Root("https://data.alpaca.markets/"));

    /// <summary>Zerodha Kite Connect.</summary>
    public KiteRoots Kite { get; init; } = new(Root("https://api.kite.trade/"), Root("https://kite.zerodha.com/"));

    /// <summary>The Client Portal Web API of Interactive Brokers.</summary>
    public IbkrRoots Ibkr { get; init; } = new(Root("https://localhost:5000/v1/api/"), null, Root("https://api.ibkr.com/v1/api/"));

    /// <summary>The Flex Web Service of Interactive Brokers.</summary>
    public Uri Flex { get; init; } = Root("https://ndcdyn.interactivebrokers.com/AccountManagement/FlexWebService/");

    /// <summary>AMFI's NAVs.</summary>
    public Uri Amfi { get; init; } = Root("https://portal.amfiindia.com/");

    /// <summary>mfapi.in.</summary>
    public Uri Mfapi { get; init; } = Root("https://api.mfapi.in/");

    /// <summary>Yahoo's chart.</summary>
    public Uri Yahoo { get; init; } = Root("https://query2.finance.yahoo.com/");

    /// <summary>Frankfurter, or one's own copy of it.</summary>
    public Uri Frankfurter { get; init; } = Root("https://api.frankfurter.dev/");

    /// <summary>Cboe's published files.</summary>
    public Uri Cboe { get; init; } = Root("https://cdn.cboe.com/");

    /// <summary>The St. Louis Fed.</summary>
    public Uri Fred { get; init; } = Root("https://fred.stlouisfed.org/");

    /// <summary>The address that our requests come from.</summary>
    public OutgoingAddress OutgoingAddress { get; init; } = new(Root("https://api.ipify.org/"), Root("https://checkip.amazonaws.com/"), []);

    /// <summary>How the service's own page is reached.</summary>
    public PageAddress Page { get; init; } = new(null, []);

    /// <summary>The household's mail; null when messages go to the folder <see cref="Settings.Outbox"/>.</summary>
    public MailSettings? Mail { get; init; }

    private static Uri Root(string address) => new(address);
}

/// <summary>Alpaca's hosts. Keys of one are not accepted by the other.</summary>
/// <param name="Trading">Orders with real money.</param>
/// <param name="PaperTrading">Orders with play money.</param>
/// <param name="Data">Quotes and bars.</param>
public sealed record AlpacaRoots(Uri Trading, Uri PaperTrading, Uri Data);

/// <summary>Kite's hosts.</summary>
/// <param name="Api">For programs.</param>
/// <param name="Login">For people: logging in, authorising a sale.</param>
public sealed record KiteRoots(Uri Api, Uri Login);

/// <summary>The two ways to Interactive Brokers.</summary>
/// <param name="Gateway">The gateway on one's own machine.</param>
/// <param name="CertificateSha256">The hash (64 hexadecimal digits) of the gateway's own certificate, the only one that is accepted;
/// null when it is not known yet.</param>
/// <param name="Direct">The broker's own host, for signed requests.</param>
public sealed record IbkrRoots(Uri Gateway, string? CertificateSha256, Uri Direct);

/// <summary>The address that our requests come from, as the outside sees it.</summary>
/// <param name="First">A service that answers with the address that asked.</param>
/// <param name="Second">Another one, of another operator: both must agree.</param>
/// <param name="Registered">What the broker was told: at most a first and a backup; none when nothing needs it.</param>
public sealed record OutgoingAddress(Uri First, Uri Second, ImmutableArray<string> Registered);

/// <summary>How the service's own page is reached from elsewhere.</summary>
/// <param name="PublicBaseUrl">The address that people open, as a proxy or a private network gives it: https, or http of this machine; ends with
/// a slash. Null when it was not said, and then no message but a login's carries a link.</param>
/// <param name="AllowedHosts">Further names, in lower case and without a port, that a browser may ask for it by; the names of this machine
/// itself and the host of <paramref name="PublicBaseUrl"/> always are.</param>
public sealed record PageAddress(Uri? PublicBaseUrl, ImmutableArray<string> AllowedHosts);
