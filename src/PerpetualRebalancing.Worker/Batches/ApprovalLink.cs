using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PerpetualRebalancing.Adapters.Vault;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Worker.Batches;

/// <summary>What a link proposes to answer.</summary>
public enum LinkAction
{
    /// <summary>Yes.</summary>
    Approve,

    /// <summary>No.</summary>
    Reject,
}

/// <summary>What a link that was mailed stands for: one answer of one member to one plan, until it expires.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="PlanHash">The plan that the member was shown.</param>
/// <param name="Action">What the link proposes.</param>
/// <param name="Member">Whom it was mailed to.</param>
/// <param name="Expires">When the request lapses; whole seconds count.</param>
public sealed record ApprovalToken(BatchId Batch, string PlanHash, LinkAction Action, MemberId Member, DateTimeOffset Expires);

/// <summary>Writes and reads the links of approval requests. A link holds what it stands for in the open, and an HMAC-SHA256 (RFC 2104)
/// over all of it under a key that only this installation has. It works until its batch is answered, replaced or expired; that is
/// judged by the state, so nothing is stored for a link.</summary>
/// <param name="key">The installation's key; links use one derived from it.</param>
public sealed class ApprovalLink(RuntimeKey key)
{
    private const string Path = "answer";

    private readonly byte[] _key = key.Derive("approval links");

    /// <summary>The address of a token's page.</summary>
    /// <param name="page">The page's own address; ends with a slash.</param>
    /// <param name="token">What the link stands for.</param>
    public Uri Write(Uri page, ApprovalToken token)
    {
        var fields = Fields(token).Append(("t", Base64Url.EncodeToString(Sign(token))));
        return new Uri(page, $"{Path}?{string.Join('&', fields.Select(f => $"{f.Item1}={Uri.EscapeDataString(f.Item2)}"))}");
    }

    /// <summary>Reads a link's fields.</summary>
    /// <param name="fields">The query, or the hidden fields of the form that it led to.</param>
    /// <param name="now">Judges whether it expired.</param>
    /// <returns>Null when a field is missing, another than was written, or too old: which of them, nobody is told.</returns>
    public ApprovalToken? Read(IReadOnlyDictionary<string, string> fields, DateTimeOffset now)
    {
        if (!fields.TryGetValue("b", out var batch) || !fields.TryGetValue("p", out var plan) || !fields.TryGetValue("a", out var action)
            || !fields.TryGetValue("m", out var member) || !fields.TryGetValue("x", out var expires) || !fields.TryGetValue("t", out var tag)
            || !Enum.TryParse<LinkAction>(action, ignoreCase: false, out var what) || !Enum.IsDefined(what)
            || !long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            || Decode(tag) is not { } given)
        {
            return null;
        }

        var token = new ApprovalToken(new BatchId(batch), plan, what, new MemberId(member), DateTimeOffset.FromUnixTimeSeconds(seconds));

        // The tag first: what is not ours is not judged further.
        return CryptographicOperations.FixedTimeEquals(given, Sign(token)) && now < token.Expires ? token : null;
    }

    private static ImmutableArray<(string, string)> Fields(ApprovalToken token) =>
    [
        ("b", token.Batch.Value), ("p", token.PlanHash), ("a", token.Action.ToString()), ("m", token.Member.Value),
        ("x", token.Expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
    ];

    // Each value with its length before it: no two tokens are signed as the same bytes.
    private byte[] Sign(ApprovalToken token)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in Fields(token))
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}{value.Length}:{value};");
        }

        return HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static byte[]? Decode(string tag)
    {
        try
        {
            return tag.Length == 43 ? Base64Url.DecodeFromChars(tag) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
