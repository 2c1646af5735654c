using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Worker.Tests.Faults;
using PerpetualRebalancing.Worker.Tests.Mail;

namespace PerpetualRebalancing.Worker.Tests.Web;

/// <summary>A service of the example household with its page, as a process of its own. Asha and Ravi have addresses; messages lie in the
/// outbox folder; a proxy on this machine is believed.</summary>
internal sealed partial class RunningPage : IDisposable
{
    private readonly RunningService _service;

    private RunningPage(Installation installation, RunningService service, int port)
    {
        Installation = installation;
        _service = service;
        Port = port;
    }

    public Installation Installation { get; }

    public int Port { get; }

    /// <summary>Starts it on a free port.</summary>
    public static async Task<RunningPage> Start(Installation? prepared = null)
    {
        var installation = WithPage(prepared ?? new Installation().WithMarketsClosedNow());
        var port = FreePort();
        return new RunningPage(installation, await RunningService.Start(installation, Key, ("PERPETUAL_PAGE", $"127.0.0.1:{port}")), port);
    }

    /// <summary>Gives the members addresses, and the page one that links may name.</summary>
    public static Installation WithPage(Installation installation) => installation
        .Edit("household.json", "\"id\": \"asha\", \"name\": \"Asha\"", "\"id\": \"asha\", \"name\": \"Asha\", \"mail\": \"asha@example.org\"")
        .Edit("household.json", "\"id\": \"ravi\", \"name\": \"Ravi\"", "\"id\": \"ravi\", \"name\": \"Ravi\", \"mail\": \"ravi@example.org\"")
        .Edit("services.json", "\"allowedHosts\": [],", "\"publicBaseUrl\": \"https://page.example/\", \"allowedHosts\": [\"page.lan\"],");

    /// <summary>The key of approval links, as commands beside the service need it too.</summary>
    public static (string Name, string Value) Key => ("PERPETUAL_RUNTIME_KEY", new string('7', 64));

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public HouseholdStore Store() => Installation.Open();

    public WebVisitor Visitor(string? address = null) => new(Port, address);

    /// <summary>Somebody who has logged in by the link that came.</summary>
    public async Task<WebVisitor> Member(string name = "asha")
    {
        var visitor = Visitor();
        var link = await Invite(visitor, $"{name}@example.org");
        await visitor.Get($"/enter?link={link}");
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.Post("/enter", ("link", link))).Status);
        await visitor.Get("/audit");
        return visitor;
    }

    /// <summary>Asks for a link, and reads its secret in the message.</summary>
    public async Task<string> Invite(WebVisitor visitor, string mail)
    {
        var before = Links(mail);
        await visitor.Get("/login");
        Assert.Equal(HttpStatusCode.OK, (await visitor.Post("/login", ("mail", mail))).Status);
        await RunningService.Until(() => Links(mail).Length > before.Length);
        return Links(mail).Except(before).Single();
    }

    /// <summary>The secrets of all links that were sent to an address.</summary>
    public string[] Links(string mail) => [.. Messages(mail).Select(t => Secret().Match(t)).Where(m => m.Success).Select(m => m.Groups[1].Value)];

    /// <summary>What was sent to an address, as its reader sees it.</summary>
    public string[] Messages(string mail)
    {
        var folder = Path.Combine(Installation.Data, "outbox");
        return !Directory.Exists(folder) ? [] :
        [
            .. Directory.GetFiles(folder, "*.eml").Order(StringComparer.Ordinal).Where(f => File.ReadAllText(f).Contains($"To: {mail}", StringComparison.OrdinalIgnoreCase)).Select(Delivered.AllOf),
        ];
    }

    public void Dispose()
    {
        _service.Dispose();
        Installation.Dispose();
    }

    [GeneratedRegex(@"https://page\.example/enter\?link=([A-Za-z0-9_-]{43})", RegexOptions.CultureInvariant)]
    private static partial Regex Secret();
}
