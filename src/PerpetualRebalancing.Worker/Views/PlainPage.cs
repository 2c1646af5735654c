using System.Collections.Immutable;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>Writes a page as plain lines: one line per row, columns aligned by spaces, nothing wrapped, so that it can be searched.</summary>
public static class PlainPage
{
    private const string Gap = "  ";

    /// <summary>Writes the page.</summary>
    public static void Write(TextWriter writer, Page page)
    {
        writer.WriteLine(page.Title);
        foreach (var block in page.Blocks)
        {
            switch (block)
            {
                case Block.Heading heading:
                    writer.WriteLine();
                    writer.WriteLine(heading.Text);
                    break;
                case Block.Paragraph paragraph:
                    writer.WriteLine(Gap + paragraph.Text.Text);
                    break;
                case Block.Facts facts:
                    Rows(writer, [new Column(""), new Column("")], facts.Lines.Select(l => ImmutableArray.Create(new Cell(l.Name), l.Value)));
                    break;
                case Block.Table table:
                    Rows(writer, table.Columns, table.Rows.Prepend([.. table.Columns.Select(c => new Cell(c.Header))]));
                    break;
                default:
                    throw new InvalidOperationException($"A page cannot show {block.GetType().Name}.");
            }
        }
    }

    private static void Rows(TextWriter writer, ImmutableArray<Column> columns, IEnumerable<ImmutableArray<Cell>> rows)
    {
        var all = rows.ToArray();
        var widths = columns.Select((_, c) => all.Max(r => r[c].Text.Length)).ToArray();
        foreach (var row in all)
        {
            var cells = row.Select((cell, c) => columns[c].Kind == ColumnKind.Number ? cell.Text.PadLeft(widths[c]) : cell.Text.PadRight(widths[c]));
            writer.WriteLine((Gap + string.Join(Gap, cells)).TrimEnd());
        }
    }
}
