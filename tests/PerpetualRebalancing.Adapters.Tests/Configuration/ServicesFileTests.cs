using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Mail;

namespace PerpetualRebalancing.Adapters.Tests.Configuration;

public class ServicesFileTests
{
    private const string Address = "an https:// address without user, query or fragment; http:// only for this machine itself";

    internal const string Mail = """
        {
          "from": "worker@example.org", "name": "Rebalancing", "certificateAuthority": "own.pem",
          "smtp": { "host": "smtp.example.org", "port": 2587, "security": "starttls", "user": "worker", "login": "oauth" },
          "imap": { "host": "::1", "port": 1143, "security": "none", "user": "reader", "login": "password", "folder": "Answers", "authenticationResults": "mx.example.org" },
          "oauth": { "endpoint": "https://login.example.org/token", "clientId": "perpetual" }
        }
        """;

    [Fact]
    public void The_file_that_ships_says_what_holds_without_it()
    {
        var shipped = ServicesFile.Load(RepositoryFolder.Config("services.json"));
        Assert.Equal(Services.Default with { OutgoingAddress = shipped.OutgoingAddress }, shipped);
        Assert.Equal(Services.Default.OutgoingAddress with { Registered = shipped.OutgoingAddress.Registered }, shipped.OutgoingAddress);
        Assert.Empty(shipped.OutgoingAddress.Registered);
        Assert.Null(shipped.Mail);
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

    [Fact]
    public void Mail_is_read_whole()
    {
        using var file = new Written("services.json", "{ \"mail\": " + Mail + " }");
        Assert.Equal(
            new MailSettings(
                "worker@example.org", "Rebalancing", new MailHost("smtp.example.org", 2587, MailSecurity.Starttls, "worker", MailLogin.Oauth),
                new ImapSettings(new MailHost("::1", 1143, MailSecurity.None, "reader", MailLogin.Password), "Answers", "mx.example.org"),
                new OAuthSettings(new Uri("https://login.example.org/token"), "perpetual"), Path.Combine(Path.GetDirectoryName(file.Path)!, "own.pem")),
            ServicesFile.Load(file.Path).Mail);
    }

    [Theory]
    [InlineData("", 465, 993, MailSecurity.Tls)]
    [InlineData(", \"security\": \"starttls\"", 587, 143, MailSecurity.Starttls)]
    public void Mail_needs_two_servers_an_address_and_an_authority(string security, int smtp, int imap, MailSecurity expected) => Assert.Equal(
        new MailSettings(
            "me@example.org", null, new MailHost("mail.example.org", smtp, expected, "me@example.org", MailLogin.Password),
            new ImapSettings(new MailHost("mail.example.org", imap, expected, "me@example.org", MailLogin.Password), "INBOX", "mx"), null, null),
        Load("{ \"mail\": { \"from\": \"me@example.org\", \"smtp\": { \"host\": \"mail.example.org\"" + security
            + " }, \"imap\": { \"host\": \"mail.example.org\", \"authenticationResults\": \"mx\"" + security + " } } }").Mail);

    [Fact]
    public void The_page_has_one_address_without_a_path_and_further_names_of_hosts()
    {
        var page = Load("""{ "page": { "publicBaseUrl": "https://Page.example", "allowedHosts": ["HOME.lan", "192.0.2.7", "[2001:db8::1]"] } }""").Page;
        Assert.Equal(new Uri("https://page.example/"), page.PublicBaseUrl);
        Assert.Equal(["home.lan", "192.0.2.7", "[2001:db8::1]"], page.AllowedHosts);
        Assert.Equal(
            [
                "services.json: page.publicBaseUrl: has the path '/house/'; allowed: an address without a path: the page's own paths begin there",
                "services.json: page.allowedHosts[1]: is 'home.lan:8642'; allowed: names like page.example or addresses like 192.0.2.7, without a port",
            ],
            Faults("""{ "page": { "publicBaseUrl": "https://page.example/house", "allowedHosts": ["home.lan", "home.lan:8642"] } }"""));
        Assert.StartsWith("services.json: page.publicBaseUrl: is 'http://page.example/'; allowed: ", Assert.Single(Faults("""{ "page": { "publicBaseUrl": "http://page.example/" } }""")), StringComparison.Ordinal);
    }

    public static IEnumerable<TheoryDataRow<string, string>> Mistakes()
    {
        static string Mailed(string old, string changed) => "{ \"mail\": " + Mail.Replace(old, changed, StringComparison.Ordinal) + " }";
        yield return new(Mailed("worker@example.org", "worker at example.org"), "services.json: mail.from: is 'worker at example.org'; allowed: an address of the form");
        yield return new(Mailed("smtp.example.org", "smtp example"), "services.json: mail.smtp.host: is 'smtp example'; allowed: the server's name");
        yield return new(Mailed("2587", "70000"), "services.json: mail.smtp.port: is 70000; allowed: 1 to 65535");
        yield return new(Mailed("\"security\": \"starttls\"", "\"security\": \"none\""), "services.json: mail.smtp.security: is 'none', and the server is not this machine itself; allowed: tls, starttls");
        yield return new(
            """{ "mail": { "from": "me@example.org", "smtp": { "host": "mail.example.org", "login": "oauth" } } }""",
            "services.json: mail.oauth: is missing, and a login is by oauth; allowed: ");
        yield return new(Mailed("https://login", "http://login"), "services.json: mail.oauth.endpoint: is 'http://login.example.org/token'; allowed: an https:// address");
        yield return new(Mailed("\"mx.example.org\"", "\"mx; dmarc=pass\""), "services.json: mail.imap.authenticationResults: is 'mx; dmarc=pass'; allowed: the name");
        yield return new(Mailed("\"Answers\"", "\"Antwörten\""), "services.json: mail.imap.folder: is 'Antwörten'; allowed: the name of a folder");
        yield return new(Mailed("\"login\": \"oauth\"", "\"login\": \"magic\""), "services.json: mail.smtp.login: is 'magic'");
        yield return new(Mailed("\"from\": \"worker@example.org\", ", ""), "services.json: mail.from: is missing; allowed: ");
        yield return new(Mailed("\"user\": \"reader\"", "\"password\": \"hunter2\""), "services.json: mail.imap.password: looks like a secret");
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
