using System.Text;

namespace PerpetualRebalancing.Adapters.Tests;

/// <summary>Bytes that nobody thought of, for the tests of parsers; the same for the same randomness.</summary>
internal static class Mutation
{
    /// <summary>Up to 200 bytes of noise.</summary>
    public static byte[] Noise(Random random)
    {
        var bytes = new byte[random.Next(0, 200)];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Good bytes with up to three changes: a byte, a part left out, a token put in, a number become extreme, an early end.</summary>
    /// <param name="bytes">What can be read.</param>
    /// <param name="tokens">What breaks the parser in question.</param>
    /// <param name="random">Decides.</param>
    public static byte[] Of(byte[] bytes, string[] tokens, Random random)
    {
        var changed = bytes.ToList();
        for (var n = random.Next(1, 4); n > 0 && changed.Count > 0; n--)
        {
            var at = random.Next(changed.Count);
            switch (random.Next(5))
            {
                case 0:
                    changed[at] = (byte)random.Next(256);
                    break;
                case 1:
                    changed.RemoveRange(at, Math.Min(random.Next(1, 40), changed.Count - at));
                    break;
                case 2:
                    changed.InsertRange(at, Encoding.UTF8.GetBytes(tokens[random.Next(tokens.Length)]));
                    break;
                case 3:
                    // A run of digits becomes something extreme.
                    var digit = changed.FindIndex(at, b => b is >= (byte)'0' and <= (byte)'9');
                    if (digit >= 0)
                    {
                        var end = changed.FindIndex(digit, b => b is not (>= (byte)'0' and <= (byte)'9' or (byte)'.'));
                        changed.RemoveRange(digit, (end < 0 ? changed.Count : end) - digit);
                        changed.InsertRange(digit, Encoding.UTF8.GetBytes(tokens[random.Next(tokens.Length)]));
                    }

                    break;
                default:
                    changed.RemoveRange(at, changed.Count - at);
                    break;
            }
        }

        return [.. changed];
    }
}
