using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Upstreams.Mail;

namespace PerpetualRebalancing.Worker.Tests.Months;

/// <summary>A household as files in a folder of its own: the example household, with what a story changes.</summary>
internal sealed class HouseholdFiles : IDisposable
{
    private static readonly JsonDocumentOptions AsPeopleWrite = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly TemporaryFolder _folder = new();
    private MailSecrets _mail = MailSecrets.None;

    public HouseholdFiles() => RepositoryFolder.CopyConfigTo(Config);

    public Settings Settings => new(Path.Combine(_folder.Root, "data"), Path.Combine(Config, "household.json"), Config) { Mail = _mail };

    /// <summary>Lets a town's servers carry the household's mail, to and from Asha.</summary>
    public HouseholdFiles Mail(MailTown town)
    {
        _mail = MailSecrets.From(ImmutableDictionary<string, string>.Empty
            .Add(Settings.MailSmtpPasswordVariable, MailTown.Password).Add(Settings.MailImapPasswordVariable, MailTown.Password));
        return Edit("services.json", s => s["mail"] = JsonNode.Parse(
            $$"""
            {
              "from": "{{MailTown.Worker}}", "name": "Perpetual Rebalancing", "certificateAuthority": "{{town.CertificateFile}}",
              "smtp": { "host": "localhost", "port": {{town.SmtpPort}}, "security": "starttls", "user": "{{MailTown.Worker}}" },
              "imap": {
                "host": "localhost", "port": {{town.ImapsPort}}, "security": "tls", "user": "{{MailTown.Worker}}",
                "authenticationResults": "{{MailTown.AuthenticationResults}}"
              }
            }
            """)).Household(h => h["members"]![0]!["mail"] = MailTown.Approver);
    }

    private string Config => Path.Combine(_folder.Root, "config");

    /// <summary>Gives Asha an address, and the household a mail server that cannot be reached.</summary>
    public HouseholdFiles MailNobodyCarries() => Edit("services.json", s => s["mail"] = JsonNode.Parse(
        $$"""
        {
          "from": "{{MailTown.Worker}}", "smtp": { "host": "localhost", "port": 1, "security": "none", "user": "{{MailTown.Worker}}" },
          "imap": { "host": "localhost", "port": 1, "security": "none", "user": "{{MailTown.Worker}}", "authenticationResults": "{{MailTown.AuthenticationResults}}" }
        }
        """)).Household(h => h["members"]![0]!["mail"] = MailTown.Approver);

    /// <summary>Changes the household's policy.</summary>
    public HouseholdFiles Household(Action<JsonObject> change) => Edit("household.json", change);

    /// <summary>Changes what it owned at the start.</summary>
    public HouseholdFiles Opening(Action<JsonObject> change) => Edit("opening.json", change);

    /// <summary>Changes how the paper broker and the bank behave.</summary>
    public HouseholdFiles Rules(Action<JsonObject> change) => Edit(Path.Combine("paper", "rules.json"), change);

    /// <summary>Changes how orders of one instrument fare.</summary>
    public HouseholdFiles Rule(string instrument, string json) =>
        Rules(r => r["instruments"]![instrument] = JsonNode.Parse(json));

    /// <summary>Changes how every order without a rule of its own fares.</summary>
    public HouseholdFiles Rule(string json) => Rules(r =>
    {
        r["default"] = JsonNode.Parse(json);
        r["instruments"] = new JsonObject();
    });

    /// <summary>Multiplies the prices of instruments from a day on.</summary>
    public HouseholdFiles Prices(decimal factor, DateOnly from, params string[] instruments)
    {
        var path = Path.Combine(Config, "paper", "prices.csv");
        File.WriteAllLines(path, File.ReadAllLines(path).Select(line =>
            line.Split(',') is [var date, var name, var price] && instruments.Contains(name)
            && DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture) >= from
                ? string.Create(CultureInfo.InvariantCulture, $"{date},{name},{Math.Round(decimal.Parse(price, CultureInfo.InvariantCulture) * factor, 4)}")
                : line));
        return this;
    }

    /// <summary>Forgets all prices: another household has other instruments.</summary>
    public HouseholdFiles NoPrices()
    {
        var path = Path.Combine(Config, "paper", "prices.csv");
        File.WriteAllLines(path, File.ReadAllLines(path)[..1]);
        return this;
    }

    /// <summary>Adds a price, from which the next one is reached in a straight line.</summary>
    public HouseholdFiles Price(DateOnly date, string instrument, decimal price)
    {
        var path = Path.Combine(Config, "paper", "prices.csv");
        var lines = File.ReadAllLines(path);
        var row = string.Create(CultureInfo.InvariantCulture, $"{date:yyyy-MM-dd},{instrument},{price}");
        var kept = lines[1..].Where(l => !l.StartsWith($"{row[..10]},{instrument},", StringComparison.Ordinal)).Append(row);
        File.WriteAllLines(path, [lines[0], .. kept.OrderBy(l => l[..10], StringComparer.Ordinal)]);
        return this;
    }

    /// <summary>Changes a text in a tax table, comments and all.</summary>
    public HouseholdFiles TaxTable(string file, string from, string to)
    {
        var path = Path.Combine(Config, "tax", file);
        var text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
        return this;
    }

    public void Dispose() => _folder.Dispose();

    private HouseholdFiles Edit(string file, Action<JsonObject> change)
    {
        var path = Path.Combine(Config, file);
        var content = JsonNode.Parse(File.ReadAllText(path), documentOptions: AsPeopleWrite)!.AsObject();
        change(content);
        File.WriteAllText(path, content.ToJsonString());
        return this;
    }
}
