using System.Collections.Immutable;
using System.Net;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>The file that says where outside services are, for who runs a copy or stands between: JSON with comments, described by
/// <c>config/services.schema.json</c>. Every key may be left out, and so may the file.</summary>
public static partial class ServicesFile
{
    private const string Https = "an https:// address without user, query or fragment; http:// only for this machine itself";

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file; when there is none, the defaults hold.</param>
    /// <exception cref="ConfigurationException">The file cannot be read or has faults: all of them at once.</exception>
    public static Services Load(string path)
    {
        if (!File.Exists(path))
        {
            return Services.Default;
        }

        using var document = TextFile.ReadJson(path);
        var faults = new FaultList(path);
        var services = Read(new JsonNodeReader(document.RootElement, faults));
        faults.ThrowIfAny();
        return services.Mail?.CertificateAuthority is { } authority
            ? services with { Mail = services.Mail with { CertificateAuthority = Path.GetFullPath(authority, Path.GetDirectoryName(Path.GetFullPath(path))!) } }
            : services;
    }

    private static Services Read(JsonNodeReader file)
    {
        _ = file.Text("$schema", "the path of services.schema.json", fallback: "-");
        var usual = Services.Default;
        var services = new Services
        {
            Alpaca = Section(file, "alpaca", s => new AlpacaRoots(
                Root(s, "trading", usual.Alpaca.Trading), Root(s, "paperTrading", usual.Alpaca.PaperTrading), Root(s, "data", usual.Alpaca.Data))),
            Kite = Section(file, "kite", s => new KiteRoots(Root(s, "api", usual.Kite.Api), Root(s, "login", usual.Kite.Login))),
            Ibkr = Section(file, "ibkr", s => new IbkrRoots(Root(s, "gateway", usual.Ibkr.Gateway), Hash(s), Root(s, "direct", usual.Ibkr.Direct))),
            Flex = Section(file, "flex", s => Root(s, "root", usual.Flex)),
            Amfi = Root(file, "amfi", usual.Amfi),
            Mfapi = Root(file, "mfapi", usual.Mfapi),
            Yahoo = Root(file, "yahoo", usual.Yahoo),
            Frankfurter = Root(file, "frankfurter", usual.Frankfurter),
            Cboe = Root(file, "cboe", usual.Cboe),
            Fred = Root(file, "fred", usual.Fred),
            OutgoingAddress = Section(file, "outgoingAddress", Outgoing),
            Page = Section(file, "page", Page),
            Mail = Mail(file),
        };
        file.Close();
        return services;
    }

    private static T Section<T>(JsonNodeReader file, string key, Func<JsonNodeReader, T> read)
    {
        var section = file.Section(key, required: false);
        var value = read(section);
        section.Close();
        return value;
    }

    private static Uri Root(JsonNodeReader section, string key, Uri fallback) => Root(section, key) ?? fallback;

    private static Uri? Root(JsonNodeReader section, string key) =>
        section.Has(key) && section.Text(key, Https) is { } text && AddressOf(section, key, text) is { } root
            ? root.AbsoluteUri.EndsWith('/') ? root : new Uri(root.AbsoluteUri + "/")
            : null;

    private static Uri? AddressOf(JsonNodeReader section, string key, string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
            && uri.Host.Length > 0 && uri.UserInfo.Length == 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0 && !text.Any(char.IsWhiteSpace))
        {
            return uri;
        }

        section.Fault(key, $"is '{text}'", Https);
        return null;
    }

    private static string? Hash(JsonNodeReader section)
    {
        const string key = "certificateSha256";
        const string allowed = "the certificate's SHA-256 as 64 hexadecimal digits, with or without colons";
        if (!section.Has(key) || section.Text(key, allowed) is not { } text)
        {
            return null;
        }

        var digits = text.Replace(":", string.Empty, StringComparison.Ordinal);
        if (digits.Length == 64 && digits.All(char.IsAsciiHexDigit))
        {
            return digits.ToUpperInvariant();
        }

        section.Fault(key, $"is '{text}'", allowed);
        return null;
    }

    private static PageAddress Page(JsonNodeReader section)
    {
        const string hosts = "names like page.example or addresses like 192.0.2.7, without a port";
        const string root = "publicBaseUrl";
        var found = Root(section, root);
        if (found is not null && found.AbsolutePath != "/")
        {
            section.Fault(root, $"has the path '{found.AbsolutePath}'", "an address without a path: the page's own paths begin there");
        }

        var names = section.Has("allowedHosts") ? section.Words("allowedHosts", hosts) ?? [] : [];
        foreach (var (name, i) in names.Select((name, i) => (name, i)).Where(n => Uri.CheckHostName(n.name) == UriHostNameType.Unknown))
        {
            section.Fault($"allowedHosts[{i}]", $"is '{name}'", hosts);
        }

        return new PageAddress(found, names.Count == 0 ? [] : [.. names.Select(n => n.ToLowerInvariant())]);
    }

    private static OutgoingAddress Outgoing(JsonNodeReader section)
    {
        const string two = "two addresses of different operators";
        const string listed = "at most two internet addresses like 203.0.113.7";
        var usual = Services.Default.OutgoingAddress;
        var (first, second) = (usual.First, usual.Second);
        if (section.Has("echo") && section.Words("echo", two) is { } echo)
        {
            var addresses = echo.Select((text, i) => AddressOf(section, $"echo[{i}]", text)).ToArray();
            if (addresses.Length != 2)
            {
                section.Fault("echo", $"has {addresses.Length} addresses", two);
            }
            else if (addresses is [{ } one, { } other])
            {
                (first, second) = (one, other);
                if (one == other)
                {
                    section.Fault("echo", "names one address twice", two);
                }
            }
        }

        return new OutgoingAddress(first, second, Registered(section, listed));
    }

    private static ImmutableArray<string> Registered(JsonNodeReader section, string allowed)
    {
        if (!section.Has("registered") || section.Words("registered", allowed) is not { } texts)
        {
            return [];
        }

        if (texts.Count > 2)
        {
            section.Fault("registered", $"has {texts.Count} addresses", allowed);
        }

        foreach (var (index, text) in texts.Index())
        {
            // 1.2 and 16909060 are addresses to the parser too; what a person registers is written out.
            if (!IPAddress.TryParse(text, out var address) || !string.Equals(address.ToString(), text, StringComparison.OrdinalIgnoreCase))
            {
                section.Fault($"registered[{index}]", $"is '{text}'", allowed);
            }
        }

        return [.. texts];
    }
}
