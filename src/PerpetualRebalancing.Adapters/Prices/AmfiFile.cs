namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>A row of the file of NAVs, as it stands there.</summary>
/// <param name="Code">The scheme's number; unique in the file.</param>
/// <param name="Isin">Of its units that grow or pay out; may be no ISIN at all.</param>
/// <param name="ReinvestmentIsin">Of its units that reinvest; may be no ISIN at all.</param>
/// <param name="Nav">May be no number.</param>
/// <param name="Date">The NAV's day, like 21-Aug-2026; may be no day.</param>
internal sealed record AmfiRow(string Code, string Isin, string ReinvestmentIsin, string Nav, string Date)
{
    /// <summary>Whether either of its ISINs is this one.</summary>
    public bool Bears(string isin) => Isin == isin || ReinvestmentIsin == isin;

    /// <summary>Whether it names any ISIN.</summary>
    public bool HasIsin => Domain.Isin.IsWellFormed(Isin) || Domain.Isin.IsWellFormed(ReinvestmentIsin);
}

/// <summary>The layout of AMFI's NAVAll.txt. Columns go by their names: since August 2026 two new ones stand before the NAV, and in
/// 2017 two others stood after it, so that neither their number nor their place means anything. Between the rows stand lines that name
/// the kind of scheme and the fund house; they hold no semicolon.</summary>
internal static class AmfiFile
{
    private const int MostColumns = 32;

    /// <summary>The rows of some schemes.</summary>
    /// <param name="text">The file.</param>
    /// <param name="wanted">Scheme codes and ISINs.</param>
    /// <exception cref="FormatException">It is not such a file, or has no rows.</exception>
    public static List<AmfiRow> Read(ReadOnlySpan<byte> text, IReadOnlySet<string> wanted)
    {
        var lines = new TextLines(text);
        var columns = Columns(ref lines);
        var (rows, count) = (new List<AmfiRow>(), 0);
        Span<Range> cells = stackalloc Range[MostColumns + 1];
        while (lines.TryNext(out var line))
        {
            var width = line.AsSpan().Split(cells, ';');
            if (width < 2)
            {
                continue;
            }

            count++;
            if (width != columns.Width || Row(line, cells, columns) is not { } row
                || !(wanted.Contains(row.Code) || wanted.Contains(row.Isin) || wanted.Contains(row.ReinvestmentIsin)))
            {
                continue;
            }

            // A scheme has one row, an ISIN at most two; many more is no such file, and must not fill the memory.
            rows.Add(rows.Count < 8 * wanted.Count ? row : throw new FormatException($"line {lines.Number} repeats schemes again and again"));
        }

        return count > 0 ? rows : throw new FormatException("it has no rows");
    }

    private static (int Width, int Code, int Isin, int Reinvestment, int Nav, int Date) Columns(ref TextLines lines)
    {
        while (lines.TryNext(out var line))
        {
            if (!line.Contains(';', StringComparison.Ordinal))
            {
                // An answer that is no such file (a page that asks for a human) has no header however long it is.
                if (lines.Number < 20)
                {
                    continue;
                }

                break;
            }

            var names = line.Split(';').Select(n => string.Concat(n.Where(char.IsAsciiLetter)).ToUpperInvariant()).ToArray();
            if (names.Length > MostColumns)
            {
                break;
            }

            return (
                names.Length, One(names, "SCHEMECODE"), Starting(names, "ISINDIVPAYOUT"), Starting(names, "ISINDIVREINVESTMENT"),
                One(names, "NETASSETVALUE"), One(names, "DATE"));
        }

        throw new FormatException("it has no line that names its columns");
    }

    private static int One(string[] names, string name) => names.Count(n => n == name) == 1
        ? Array.IndexOf(names, name)
        : throw new FormatException($"its columns have {(names.Contains(name) ? "more than one" : "no")} {name}");

    private static int Starting(string[] names, string start) => Array.FindIndex(names, n => n.StartsWith(start, StringComparison.Ordinal));

    private static AmfiRow? Row(string line, ReadOnlySpan<Range> cells, (int Width, int Code, int Isin, int Reinvestment, int Nav, int Date) columns)
    {
        var code = Cell(line, cells, columns.Code);
        return code.Length == 0 ? null : new AmfiRow(
            code, Cell(line, cells, columns.Isin), Cell(line, cells, columns.Reinvestment), Cell(line, cells, columns.Nav), Cell(line, cells, columns.Date));
    }

    private static string Cell(string line, ReadOnlySpan<Range> cells, int column) => column < 0 ? string.Empty : line[cells[column]].Trim();
}
