using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>Writes a page to a terminal of any width, with colour where it has some.</summary>
public static class TerminalPage
{
    private const int Gap = 2;
    private const int NarrowestProse = 24;

    /// <summary>Writes the page.</summary>
    public static void Write(IAnsiConsole console, Page page)
    {
        console.Write(new Rule($"[bold]{Markup.Escape(page.Title)}[/]") { Justification = Justify.Left, Style = Style.Parse("grey") });
        foreach (var block in page.Blocks)
        {
            switch (block)
            {
                case Block.Heading heading:
                    console.WriteLine();
                    Line(console, new Cell(heading.Text, Tone.Strong));
                    break;
                case Block.Paragraph paragraph:
                    console.Write(new Padder(Text(Wrapped(paragraph.Text, console.Profile.Width - Gap)), new Padding(Gap, 0, 0, 0)));
                    break;
                case Block.Facts facts:
                    console.Write(Grid(console.Profile.Width, facts));
                    break;
                case Block.Table table:
                    console.Write(new Padder(Table(console.Profile.Width - Gap, table), new Padding(Gap, 0, 0, 0)));
                    break;
                default:
                    throw new InvalidOperationException($"A page cannot show {block.GetType().Name}.");
            }
        }
    }

    /// <summary>Writes one line.</summary>
    public static void Line(IAnsiConsole console, Cell line)
    {
        console.Write(Text(line));
        console.WriteLine();
    }

    private static Text Text(Cell cell) => new(cell.Text, cell.Tone switch
    {
        Tone.Strong => new Style(decoration: Decoration.Bold),
        Tone.Quiet => new Style(Color.Grey),
        Tone.Good => new Style(Color.Green),
        Tone.Warning => new Style(Color.Yellow),
        Tone.Bad => new Style(Color.Red, decoration: Decoration.Bold),
        _ => Style.Plain,
    });

    /// <summary>Breaks a sentence between words; an amount is one word although its symbol stands apart.</summary>
    private static Cell Wrapped(Cell cell, int width)
    {
        var text = new StringBuilder();
        var line = 0;
        foreach (var word in cell.Text.Replace("₹ ", "₹\0", StringComparison.Ordinal).Split(' '))
        {
            if (line > 0)
            {
                var fits = line + 1 + word.Length <= width;
                text.Append(fits ? ' ' : '\n');
                line = fits ? line + 1 : 0;
            }

            text.Append(word);
            line += word.Length;
        }

        return cell with { Text = text.Replace('\0', ' ').ToString() };
    }

    private static Grid Grid(int width, Block.Facts facts)
    {
        var grid = new Grid();
        var widest = Math.Min(28, facts.Lines.Max(l => l.Name.Length));
        grid.AddColumn(new GridColumn { Padding = new Padding(Gap, 0, 0, 0), Width = widest });
        grid.AddColumn(new GridColumn { Padding = new Padding(Gap, 0, 0, 0) });
        foreach (var (name, value) in facts.Lines)
        {
            grid.AddRow(Text(new Cell(name, Tone.Quiet)), Text(Wrapped(value, width - widest - Gap - Gap)));
        }

        return grid;
    }

    private static Table Table(int width, Block.Table block)
    {
        var stacked = Width(block, c => c.Under is null) != Width(block, _ => true) && Width(block, _ => true) > width;
        var table = new Table { Border = TableBorder.None };
        var shown = block.Columns.Index().Where(c => !stacked || c.Item.Under is null).Select(c => c.Index).ToArray();
        var under = block.Columns.Index().Where(c => stacked && c.Item.Under is not null).ToLookup(c => c.Item.Under!.Value, c => c.Index);
        foreach (var c in shown)
        {
            var column = block.Columns[c];
            table.AddColumn(new TableColumn(Stack(c, i => new Cell(block.Columns[i].Header, Tone.Strong), column, under))
            {
                Alignment = column.Kind == ColumnKind.Number ? Justify.Right : Justify.Left,
                NoWrap = column.Kind is ColumnKind.Number or ColumnKind.Bar,
                Padding = new Padding(0, 0, c == shown[^1] ? 0 : Gap, 0),
            });
        }

        var prose = Math.Max(NarrowestProse, width - Width(block, c => c.Kind != ColumnKind.Prose && (!stacked || c.Under is null)));
        foreach (var row in block.Rows)
        {
            table.AddRow(shown.Select(c => Stack(c, i => block.Columns[i].Kind == ColumnKind.Prose ? Wrapped(row[i], prose) : row[i], block.Columns[c], under)));
        }

        return table;
    }

    private static IRenderable Stack(int column, Func<int, Cell> cell, Column kind, ILookup<int, int> under)
    {
        var justify = kind.Kind == ColumnKind.Number ? Justify.Right : Justify.Left;
        var lines = under[column].Select(i => cell(i) is { Tone: Tone.Plain } plain ? plain with { Tone = Tone.Quiet } : cell(i))
            .Where(c => c.Text.Length > 0).Prepend(cell(column)).Select(c => Text(c).Justify(justify)).ToArray();
        return lines.Length == 1 ? lines[0] : new Rows(lines);
    }

    /// <summary>The width of the table with some of its columns; prose counts as its narrowest, since it wraps.</summary>
    private static int Width(Block.Table table, Func<Column, bool> shown) => table.Columns.Index().Where(c => shown(c.Item))
        .Sum(c => Gap + (c.Item.Kind == ColumnKind.Prose ? NarrowestProse : table.Rows.Select(r => r[c.Index].Text.Length).Append(c.Item.Header.Length).Max()));
}
