using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;

namespace PerpetualRebalancing.Adapters.Http;

/// <summary>What a service answered, as it came.</summary>
/// <param name="Upstream">The service, by its name for people.</param>
/// <param name="Route">The path that was asked, without its query: a query may hold a key.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="MediaType">As the service says; empty when it does not.</param>
/// <param name="Body">The bytes.</param>
/// <param name="ReadAt">When it was read, by our clock.</param>
public sealed partial record Answer(string Upstream, string Route, HttpStatusCode Status, string MediaType, ReadOnlyMemory<byte> Body, DateTimeOffset ReadAt)
{
    private const int ShownLength = 100;
    private const int LookedAt = 4000;

    /// <summary>True for 2xx.</summary>
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The body as text (UTF-8, with or without its mark).</summary>
    public string Text => Encoding.UTF8.GetString(Unmarked);

    /// <summary>The body as the contract's type.</summary>
    /// <exception cref="UpstreamException">It is not: <see cref="UpstreamFault.Unreadable"/>.</exception>
    public T Json<T>(JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(Unmarked, type) ?? throw Unreadable("it is null");
        }
        catch (JsonException e)
        {
            throw Unreadable($"{e.Path ?? "$"} is not as the contract has it", e);
        }
    }

    /// <summary>The body as a list of the contract's type.</summary>
    /// <exception cref="UpstreamException">It is not, or an item of it is null: <see cref="UpstreamFault.Unreadable"/>.</exception>
    public ImmutableArray<T> JsonList<T>(JsonTypeInfo<ImmutableArray<T>> type)
        where T : class
    {
        // Annotations of nullability are not kept inside a list.
        var list = Json(type);
        return list.IsDefault || list.Contains(null!) ? throw Unreadable("an item of its list is null") : list;
    }

    /// <summary>Nothing for a success, else what the contract or, failing that, the status says.</summary>
    /// <param name="own">The error that the service's own envelope tells; null when the body is no such envelope.</param>
    /// <exception cref="UpstreamException">The answer is no success.</exception>
    public Answer OrThrow(Func<Answer, UpstreamException?> own) => IsSuccess ? this : throw own(this) ?? ByStatus();

    /// <summary>The fault of an answer that the contract does not allow.</summary>
    /// <param name="why">What is wrong with it.</param>
    /// <param name="inner">What reading it threw.</param>
    public UpstreamException Unreadable(string why, Exception? inner = null) =>
        Fault(UpstreamFault.Unreadable, $"the answer of {Route} (HTTP {(int)Status}) cannot be read: {why}", inner: inner);

    /// <summary>A fault that this answer tells.</summary>
    public UpstreamException Fault(UpstreamFault fault, string what, string? code = null, Exception? inner = null) =>
        new(Upstream, fault, what, inner) { Code = code };

    private UpstreamException ByStatus() => (int)Status switch
    {
        429 => Fault(UpstreamFault.Throttled, $"{Route} says that we ask too often (HTTP 429)"),
        401 => Fault(UpstreamFault.SignedOut, $"{Route} does not accept our key or session (HTTP 401)"),
        >= 500 => Fault(UpstreamFault.Failing, $"{Route} failed (HTTP {(int)Status}): {Shown}"),
        _ => Unreadable($"it is no answer of the contract: {Shown}"),
    };

    private ReadOnlySpan<byte> Unmarked => Body.Span.StartsWith(Encoding.UTF8.Preamble) ? Body.Span[Encoding.UTF8.Preamble.Length..] : Body.Span;

    // Enough to see what came, on one line; of a page only what a person would read on it.
    private string Shown
    {
        get
        {
            var whole = Text.TrimStart();
            var isPage = whole.StartsWith('<');
            var read = isPage ? Markup().Replace(whole.Length > LookedAt ? whole[..LookedAt] : whole, " ") : whole;
            var text = string.Join(' ', read.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            return (isPage ? "a web page" : text.Length == 0 ? "empty" : string.Empty) + (isPage && text.Length > 0 ? ": " : string.Empty)
                + (text.Length <= ShownLength ? text : string.Concat(text.AsSpan(0, ShownLength), " ..."));
        }
    }

    [GeneratedRegex(@"<(script|style|head)\b.*?(</\1\s*>|\z)|<[^>]*(>|\z)", RegexOptions.Singleline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Markup();
}
