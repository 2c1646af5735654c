using System.Globalization;
using System.Xml;
using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Brokers.Ibkr;

/// <summary>The Flex Web Service of Interactive Brokers: a statement by a query that its owner made there, as the importer of statements
/// takes it. It is asked for, and then fetched when it is ready.</summary>
public sealed class FlexService : IDisposable
{
    private const int Tries = 30;
    private const string Broker = ".interactivebrokers.com";

    private readonly Upstream _service;
    private readonly string _token;
    private readonly TimeSpan _poll;
    private readonly RequestLimit _minute;
    private readonly RequestLimit _limit;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="root">Where the service's routes start.</param>
    /// <param name="token">Made there by the account's owner; it lapses when its owner said.</param>
    /// <param name="time">What time it is.</param>
    public FlexService(Uri root, string token, TimeProvider time)
        : this(Terms(root), token, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(1), time)
    {
    }

    internal FlexService(UpstreamTerms terms, string token, TimeSpan poll, TimeSpan second, TimeProvider time)
    {
        (_service, _token, _poll) = (new Upstream(terms, time), token, poll);

        // One a second and ten a minute with one token.
        _minute = new RequestLimit(10, second * 60);
        _limit = new RequestLimit(1, second, _minute);
    }

    internal static UpstreamTerms Terms(Uri root) => new("Interactive Brokers Flex", root) { LongestAnswer = Statements.StatementSource.LargestFile, Attempt = TimeSpan.FromSeconds(60), Total = TimeSpan.FromMinutes(4) };

    /// <summary>Has a query's statement made and fetches it; takes as long as that takes, up to some minutes.</summary>
    /// <param name="query">The query's number.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The statement's bytes: one whole XML document, <c>FlexQueryResponse</c>.</returns>
    /// <exception cref="UpstreamException">There is no statement: its code is the service's own error.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(string query, CancellationToken cancellationToken)
    {
        var (address, asked) = (new Uri("SendRequest", UriKind.Relative), query);
        var passing = "nothing";
        for (var i = 0; i < Tries; i++)
        {
            if (i > 0)
            {
                await Task.Delay(_poll, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }

            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{address.OriginalString}?t={Uri.EscapeDataString(_token)}&q={Uri.EscapeDataString(asked)}&v=3", UriKind.RelativeOrAbsolute));
            var answer = (await _service.ReadAsync(request, _limit, cancellationToken).ConfigureAwait(false)).OrThrow(_ => null);
            var told = Read(answer);
            if (told.IsStatement)
            {
                return answer.Body;
            }

            if (told.Code is { } code)
            {
                var rule = FlexCodes.Of(code);
                var what = string.Create(CultureInfo.InvariantCulture, $"error {code}: {rule.Meaning} ('{told.Message}')");
                passing = rule.IsPassing ? what : throw answer.Fault(rule.Fault, what, code.ToString(CultureInfo.InvariantCulture));
                continue;
            }

            (address, asked) = (AddressOf(told.Url, answer), told.Reference!);
            passing = "it took the request";
        }

        throw new UpstreamException(_service.Name, UpstreamFault.Failing, $"the statement of query {query} is not there after {Tries} tries; the last answer was: {passing}. Ask again in some minutes");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _service.Dispose();
        _limit.Dispose();
        _minute.Dispose();
    }

    // The token goes along: to the service itself, or to another machine of the broker's, and nowhere else.
    private Uri AddressOf(string? url, Answer answer)
    {
        if (url is null)
        {
            return new Uri("GetStatement", UriKind.Relative);
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw answer.Unreadable("it names no address to fetch the statement from");
        }

        return Uri.Compare(address, _service.Root, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0
            || (address.Scheme == Uri.UriSchemeHttps && address.IsDefaultPort && address.Host.EndsWith(Broker, StringComparison.OrdinalIgnoreCase))
            ? address
            : throw answer.Unreadable($"it sends us to {address.Host}, which is not the broker's");
    }

    internal static Told Read(Answer answer)
    {
        try
        {
            using var stream = new MemoryStream(answer.Body.ToArray(), writable: false);
            using var xml = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreWhitespace = true, IgnoreComments = true });
            xml.MoveToContent();
            return (xml.NodeType, xml.LocalName) switch
            {
                (XmlNodeType.Element, "FlexQueryResponse") => Whole(xml),
                (XmlNodeType.Element, "FlexStatementResponse") => Response(xml, answer),
                _ => throw answer.Unreadable($"it is no answer of the Flex Web Service, but '{Short(xml.LocalName)}'"),
            };
        }
        catch (XmlException e)
        {
            throw answer.Unreadable($"it is not XML (line {e.LineNumber})", e);
        }
    }

    // To its end: a statement that was cut off is none.
    private static Told Whole(XmlReader xml)
    {
        while (xml.Read())
        {
        }

        return new Told(true, null, null, null, null);
    }

    private static Told Response(XmlReader xml, Answer answer)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        xml.Read();
        while (!xml.EOF)
        {
            if (xml is { NodeType: XmlNodeType.Element, Depth: 1 })
            {
                var name = xml.LocalName;
                values[name] = xml.ReadInnerXml().Trim();
            }
            else
            {
                xml.Read();
            }
        }

        if (values.GetValueOrDefault("ErrorCode") is { Length: > 0 } text)
        {
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code)
                ? new Told(false, code, Short(values.GetValueOrDefault("ErrorMessage") ?? string.Empty), null, null)
                : throw answer.Unreadable($"its error code is '{Short(text)}'");
        }

        return values.GetValueOrDefault("Status") == "Success" && values.GetValueOrDefault("ReferenceCode") is { Length: > 0 and <= 100 } reference
            ? new Told(false, null, null, reference, values.GetValueOrDefault("Url") is { Length: > 0 } url ? url : null)
            : throw answer.Unreadable("it is neither a success with a reference nor an error with a code");
    }

    private static string Short(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 200 ? line : string.Concat(line.AsSpan(0, 200), " ...");
    }

    internal readonly record struct Told(bool IsStatement, int? Code, string? Message, string? Reference, string? Url);
}
