using System.Collections.Immutable;
using System.Security.Cryptography;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>The one stylesheet. Its address holds a part of its hash, so that a browser may keep it.</summary>
public static class Stylesheet
{
    /// <summary>The path that it is served under.</summary>
    public const string Path = "/style.css";

    /// <summary>Its bytes.</summary>
    public static ImmutableArray<byte> Bytes { get; } = Read();

    /// <summary>Where pages link to.</summary>
    public static string Address { get; } = $"{Path}?{Convert.ToHexStringLower(SHA256.HashData(Bytes.AsSpan()))[..12]}";

    private static ImmutableArray<byte> Read()
    {
        using var stream = typeof(Stylesheet).Assembly.GetManifestResourceStream("page/style.css")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return [.. bytes];
    }
}
