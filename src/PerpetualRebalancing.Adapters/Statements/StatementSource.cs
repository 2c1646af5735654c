using System.Text;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Statements;

/// <summary>A statement's bytes, and what is needed to read them.</summary>
/// <param name="File">The file's name, as faults name it.</param>
/// <param name="Bytes">As they came.</param>
/// <param name="Household">Whose instruments they name.</param>
/// <param name="Account">Whose statement it is said to be.</param>
/// <param name="Today">The household's day: nothing in a statement is later.</param>
public sealed record StatementSource(string File, ReadOnlyMemory<byte> Bytes, Household Household, Account Account, DateOnly Today)
{
    /// <summary>A longer file is not a statement of a household.</summary>
    public const int LargestFile = 32 * 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file's bytes.</summary>
    /// <exception cref="ConfigurationException">There is no such file, or it cannot be read.</exception>
    public static byte[] ReadBytes(string path)
    {
        var name = Path.GetFileName(path);
        try
        {
            using var stream = System.IO.File.OpenRead(path);
            if (stream.Length > LargestFile)
            {
                throw new ConfigurationException($"{name}: the whole file: is {stream.Length} bytes long; allowed: at most {LargestFile}");
            }

            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConfigurationException($"{name}: {path}: there is no such file; allowed: an existing one");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ConfigurationException($"{name}: {path}: cannot be read ({e.Message}); allowed: a file this user may read");
        }
    }

    /// <summary>The bytes without a byte-order mark.</summary>
    internal ReadOnlyMemory<byte> Body => Bytes.Span.StartsWith("\uFEFF"u8) ? Bytes[3..] : Bytes;

    /// <summary>The text, line by line. Throws <see cref="DecoderFallbackException"/> where it is not UTF-8.</summary>
    internal TextReader Text() => new StringReader(Strict.GetString(Body.Span));

    internal InstrumentNames Names() => new(Household, Account);
}
