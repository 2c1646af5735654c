using System.Globalization;
using System.IO.Compression;
using System.Text;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Tables;

namespace PerpetualRebalancing.Adapters.Brokers.Kite;

/// <summary>A list of instruments as Kite dumps it: CSV by header name, packed with gzip or not.</summary>
internal sealed class KiteCsv
{
    // The whole of every exchange is about 10 MB; what unpacks to much more is none of Kite's.
    private const int Longest = 64 * 1024 * 1024;

    private readonly Answer _answer;
    private readonly Dictionary<string, int> _columns;
    private readonly string[] _lines;

    public KiteCsv(Answer answer, params string[] required)
    {
        _answer = answer;
        _lines = Unpacked(answer).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var header = _lines.Length == 0 ? null : CsvLine.Split(_lines[0]);
        _columns = header?.Select((name, i) => (name, i)).DistinctBy(c => c.name).ToDictionary(c => c.name, c => c.i) ?? [];
        if (header is null || !required.All(_columns.ContainsKey))
        {
            throw answer.Unreadable($"its first line is no header with {string.Join(", ", required)}");
        }

        if (_lines.Length < 2)
        {
            throw answer.Unreadable("it lists nothing");
        }
    }

    /// <summary>The rows, top to bottom.</summary>
    public IEnumerable<Row> Rows
    {
        get
        {
            for (var i = 1; i < _lines.Length; i++)
            {
                yield return CsvLine.Split(_lines[i]) is { } fields && fields.Count == _columns.Count
                    ? new Row(this, fields, i + 1)
                    : throw _answer.Unreadable(string.Create(CultureInfo.InvariantCulture, $"line {i + 1} does not have {_columns.Count} fields"));
            }
        }
    }

    private static string Unpacked(Answer answer)
    {
        if (!answer.Body.Span.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
        {
            return answer.Text;
        }

        try
        {
            using var unzip = new GZipStream(new MemoryStream(answer.Body.ToArray()), CompressionMode.Decompress);
            var buffer = new byte[81_920];
            using var text = new MemoryStream();
            for (int read; (read = unzip.Read(buffer)) > 0;)
            {
                text.Write(buffer, 0, read);
                if (text.Length > Longest)
                {
                    throw answer.Unreadable($"it unpacks to more than {Longest} bytes");
                }
            }

            return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
        }
        catch (InvalidDataException e)
        {
            throw answer.Unreadable("it cannot be unpacked", e);
        }
    }

    /// <summary>One line.</summary>
    internal sealed class Row(KiteCsv csv, IReadOnlyList<string> fields, int line)
    {
        /// <summary>A field as it stands.</summary>
        public string this[string column] => fields[csv._columns[column]];

        /// <summary>A field as a number, not below zero.</summary>
        public decimal Number(string column) =>
            decimal.TryParse(this[column], NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw csv._answer.Unreadable(string.Create(CultureInfo.InvariantCulture, $"line {line}: {column} is '{this[column]}'; a number was expected"));

        /// <summary>A field that is 0 or 1.</summary>
        public bool Flag(string column) => this[column] switch
        {
            "1" => true,
            "0" => false,
            var other => throw csv._answer.Unreadable(string.Create(CultureInfo.InvariantCulture, $"line {line}: {column} is '{other}'; 0 or 1 was expected")),
        };
    }
}
