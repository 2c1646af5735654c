using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>Proves that a form was made by this process for whoever sends it. A form that was open while the service was restarted is
/// to be loaded again.</summary>
internal sealed class FormTokens
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>A fresh random name, 256 bits.</summary>
    public static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is kept of a random name: whoever reads the database cannot say it.</summary>
    public static string Hash(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    /// <summary>The token that goes with the forms of a visitor.</summary>
    /// <param name="visitor">What only the visitor's browser and we know.</param>
    public string For(string visitor) => Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(visitor)));

    /// <summary>Whether a token is the visitor's; takes as long for a wrong one as for a right one.</summary>
    public bool Fits(string? token, string visitor) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token ?? ""), Encoding.UTF8.GetBytes(For(visitor)));
}
