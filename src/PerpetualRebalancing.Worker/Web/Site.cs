using System.Net;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Service;
using PerpetualRebalancing.Worker.Watching;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>What every page works with.</summary>
internal sealed class Site(Desk desk, Caretaker caretaker, Pulse pulse, IPEndPoint at, Watch? watch = null)
{
    /// <summary>The household.</summary>
    public Desk Desk { get; } = desk;

    /// <summary>Does what must not happen beside a review.</summary>
    public Caretaker Caretaker { get; } = caretaker;

    /// <summary>Whether the scheduler ticks.</summary>
    public Pulse Pulse { get; } = pulse;

    /// <summary>What the service measures of itself; null where nothing does.</summary>
    public Watch? Watch { get; } = watch;

    /// <summary>How it is reached from elsewhere.</summary>
    public PageAddress Reach { get; } = desk.Services.Page;

    /// <summary>Values for everybody who looks.</summary>
    public Valuation Valuation { get; } = new(desk, caretaker);

    /// <summary>Who is logged in.</summary>
    public Sessions Sessions { get; } = new(desk.Store);

    /// <summary>Proves forms.</summary>
    public FormTokens Forms { get; } = new();

    /// <summary>The address that links in a login's message begin with; ends with a slash.</summary>
    public Uri Root { get; } = desk.Services.Page.PublicBaseUrl ?? new Uri($"http://{(IPAddress.IsLoopback(at.Address) ? at : new IPEndPoint(IPAddress.Loopback, at.Port))}/");

    /// <summary>Whether a request by this name of a host is answered: another one comes from a page that had its own name point here.</summary>
    public bool Knows(HostString host) =>
        IsThisMachine(host) || host.Host.ToLowerInvariant() is var name && (name == Reach.PublicBaseUrl?.Host || Reach.AllowedHosts.Contains(name));

    /// <summary>Whether the browser is on this machine, where there is no TLS.</summary>
    public static bool IsThisMachine(HostString host) => host.Host.ToLowerInvariant() is "localhost" or "127.0.0.1" or "[::1]";
}
