using System.Text;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>The lines of a published text file (UTF-8, with or without its mark; any line ends), one at a time: none of these files is
/// ever a string as a whole.</summary>
internal ref struct TextLines
{
    /// <summary>No line of these files is near this long, in bytes.</summary>
    public const int LongestLine = 4096;

    private ReadOnlySpan<byte> _rest;

    /// <summary>Starts before the first line.</summary>
    public TextLines(ReadOnlySpan<byte> text) => _rest = text.StartsWith(Encoding.UTF8.Preamble) ? text[3..] : text;

    /// <summary>The number of the last line that was read, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>The next line without its end.</summary>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="FormatException">The line is longer than <see cref="LongestLine"/>.</exception>
    public bool TryNext(out string line)
    {
        line = string.Empty;
        if (_rest.IsEmpty)
        {
            return false;
        }

        Number++;
        var end = _rest.IndexOf((byte)'\n');
        var bytes = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? [] : _rest[(end + 1)..];
        if (bytes.Length > LongestLine)
        {
            throw new FormatException($"line {Number} is {bytes.Length} bytes long");
        }

        line = Encoding.UTF8.GetString(bytes).TrimEnd('\r');
        return true;
    }
}
