using PerpetualRebalancing.Adapters.Configuration;

namespace PerpetualRebalancing.Adapters.Tests.Configuration;

public class ServicesFileTests
{
    private const string Address = "an https:// address without user, query or fragment; http:// only for this machine itself";

    [Fact]
    public void The_file_that_ships_says_what_holds_without_it()
    {
        var shipped = ServicesFile.Load(RepositoryFolder.Config("services.json"));
        Assert.Equal(Services.Default with { OutgoingAddress = shipped.OutgoingAddress }, shipped);
        Assert.Equal(Services.Default.OutgoingAddress with { Registered = shipped.OutgoingAddress.Registered }, shipped.OutgoingAddress);
        Assert.Empty(shipped.OutgoingAddress.Registered);
        Assert.Same(Services.Default, ServicesFile.Load(RepositoryFolder.Config("no-such-file.json")));
    }

    [Fact]
    public void A_key_that_is_there_replaces_its_default_alone()
    {
        var services = Load("""
            {
              "amfi": "http://127.0.0.1:8080", // a copy of one's own
              "alpaca": { "data": "https://proxy.example/alpaca" },
              "ibkr": { "certificateSha256": "00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13:14:15:16:17:18:19:1a:1b:1c:1d:1e:1f" },
              "outgoingAddress": { "echo": ["https://one.example/ip", "https://two.example"], "registered": ["203.0.113.7", "2001:db8::1"] },
            }
            """);
        Assert.Equal(new Uri("http://127.0.0.1:8080/"), services.Amfi);
        Assert.Equal(Services.Default.Alpaca with { Data = new Uri("https://proxy.example/alpaca/") }, services.Alpaca);
        Assert.Equal(Services.Default.Ibkr with { CertificateSha256 = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F" }, services.Ibkr);
        Assert.Equal((new Uri("https://one.example/ip"), new Uri("https://two.example/")), (services.OutgoingAddress.First, services.OutgoingAddress.Second));
        Assert.Equal(["203.0.113.7", "2001:db8::1"], services.OutgoingAddress.Registered);
        Assert.Equal(Services.Default.Kite, services.Kite);
    }

    public static IEnumerable<TheoryDataRow<string, string>> Mistakes()
    {
        foreach (var address in new[] { "http://api.example/", "ftp://api.example/", "api.example", "https://me:pw@api.example/", "https://api.example/?key=1", "https://api.example/#x", "https://" })
        {
            yield return new("{ \"amfi\": \"" + address + "\" }", $"services.json: amfi: is '{address}'; allowed: {Address}");
        }

        yield return new("""{ "amfi": "" }""", $"services.json: amfi: is empty; allowed: {Address}");
        yield return new("""{ "flex": "https://x.example" }""", "services.json: flex: is 'https://x.example'; allowed: an object { … }");
        yield return new("""{ "kite": { "api": 5 } }""", $"services.json: kite.api: is 5; allowed: {Address}");
        yield return new("""{ "yaho": "https://x.example/" }""", "services.json: yaho: is not a known key; did you mean 'yahoo'?; allowed: ");
        yield return new(
            """{ "ibkr": { "certificateSha256": "abc" } }""",
            "services.json: ibkr.certificateSha256: is 'abc'; allowed: the certificate's SHA-256 as 64 hexadecimal digits, with or without colons");
        yield return new(
            """{ "outgoingAddress": { "echo": ["https://one.example/"] } }""",
            "services.json: outgoingAddress.echo: has 1 addresses; allowed: two addresses of different operators");
        yield return new(
            """{ "outgoingAddress": { "echo": ["https://one.example/", "https://one.example"] } }""",
            "services.json: outgoingAddress.echo: names one address twice; allowed: two addresses of different operators");
        yield return new(
            """{ "outgoingAddress": { "echo": ["https://one.example/", "http://two.example/"] } }""",
            $"services.json: outgoingAddress.echo[1]: is 'http://two.example/'; allowed: {Address}");
        foreach (var registered in new[] { "home", "16909060", "999.1.1.1", "203.0.113.7/24" })
        {
            yield return new(
                "{ \"outgoingAddress\": { \"registered\": [\"" + registered + "\"] } }",
                $"services.json: outgoingAddress.registered[0]: is '{registered}'; allowed: at most two internet addresses like 203.0.113.7");
        }

        yield return new(
            """{ "outgoingAddress": { "registered": ["203.0.113.7", "203.0.113.8", "203.0.113.9"] } }""",
            "services.json: outgoingAddress.registered: has 3 addresses; allowed: at most two internet addresses like 203.0.113.7");
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_one_line_with_what_is_allowed(string text, string line) =>
        Assert.StartsWith(line, Assert.Single(Faults(text)), StringComparison.Ordinal);

    [Fact]
    public void All_mistakes_are_told_at_once() =>
        Assert.Equal(3, Faults("""{ "amfi": 1, "apiKey": "x", "kite": { "login": "nowhere" } }""").Count);

    internal static IReadOnlyList<string> Faults(string text) => Written.FaultsOf("services.json", text, path => ServicesFile.Load(path));

    private static Services Load(string text)
    {
        using var file = new Written("services.json", text);
        return ServicesFile.Load(file.Path);
    }
}
