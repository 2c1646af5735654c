using System.Collections.Immutable;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>What a piece of text tells a person at a glance; colour on a terminal, nothing elsewhere.</summary>
public enum Tone
{
    /// <summary>Nothing special.</summary>
    Plain,

    /// <summary>Stands out.</summary>
    Strong,

    /// <summary>Steps back.</summary>
    Quiet,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>To be looked at.</summary>
    Warning,

    /// <summary>Needs a person.</summary>
    Bad,
}

/// <summary>Text with its tone.</summary>
/// <param name="Text">One line.</param>
/// <param name="Tone">Its tone.</param>
public readonly record struct Cell(string Text, Tone Tone = Tone.Plain)
{
    /// <summary>Plain text is a plain cell.</summary>
    public static implicit operator Cell(string text) => new(text);
}

/// <summary>What a column holds.</summary>
public enum ColumnKind
{
    /// <summary>Names.</summary>
    Text,

    /// <summary>Right-aligned, never broken over lines.</summary>
    Number,

    /// <summary>Left-aligned, never broken over lines.</summary>
    Bar,

    /// <summary>Sentences, which take the width that is left.</summary>
    Prose,
}

/// <summary>A column of a table.</summary>
/// <param name="Header">What stands above it.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Under">Index of the column that it moves under, as a second line of the cell, when the table is too wide for the terminal.</param>
public sealed record Column(string Header, ColumnKind Kind = ColumnKind.Text, int? Under = null)
{
    /// <summary>A right-aligned column.</summary>
    public static Column Number(string header, int? under = null) => new(header, ColumnKind.Number, under);
}

/// <summary>A part of a page.</summary>
public abstract record Block
{
    private Block()
    {
    }

    /// <summary>Begins a section.</summary>
    public sealed record Heading(string Text) : Block;

    /// <summary>A sentence or more.</summary>
    public sealed record Paragraph(Cell Text) : Block;

    /// <summary>Names with what they are.</summary>
    public sealed record Facts(ImmutableArray<(string Name, Cell Value)> Lines) : Block;

    /// <summary>Rows and columns.</summary>
    public sealed record Table(ImmutableArray<Column> Columns, ImmutableArray<ImmutableArray<Cell>> Rows) : Block;
}

/// <summary>What a command shows to a person, before it is known where: a terminal or a pipe.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Blocks">From top to bottom.</param>
public sealed record Page(string Title, ImmutableArray<Block> Blocks);

/// <summary>Collects the blocks of a page.</summary>
public sealed class PageWriter(string title)
{
    private readonly ImmutableArray<Block>.Builder _blocks = ImmutableArray.CreateBuilder<Block>();

    /// <summary>Begins a section.</summary>
    public PageWriter Heading(string text) => Add(new Block.Heading(text));

    /// <summary>Adds a sentence.</summary>
    public PageWriter Paragraph(string text, Tone tone = Tone.Plain) => Add(new Block.Paragraph(new Cell(text, tone)));

    /// <summary>Adds names with what they are; nothing when there are none.</summary>
    public PageWriter Facts(params IEnumerable<(string Name, Cell Value)> lines) =>
        lines.ToImmutableArray() is { IsEmpty: false } some ? Add(new Block.Facts(some)) : this;

    /// <summary>Adds a table.</summary>
    public PageWriter Table(ImmutableArray<Column> columns, IEnumerable<ImmutableArray<Cell>> rows) =>
        Add(new Block.Table(columns, rows.ToImmutableArray()));

    /// <summary>The page.</summary>
    public Page Page() => new(title, _blocks.ToImmutable());

    private PageWriter Add(Block block)
    {
        _blocks.Add(block);
        return this;
    }
}
