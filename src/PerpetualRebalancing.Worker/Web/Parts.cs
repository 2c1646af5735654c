using System.Collections.Immutable;
using PerpetualRebalancing.Worker.Views;
using PerpetualRebalancing.Worker.Web.Charts;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>A part of a web page, before it becomes HTML.</summary>
public abstract record Part
{
    private Part()
    {
    }

    /// <summary>A heading with a text that stands out: what came of something.</summary>
    /// <param name="Text">A sentence or more.</param>
    public sealed record Said(Cell Text) : Part;

    /// <summary>What a command shows, as HTML.</summary>
    /// <param name="Page">What it shows; its title is left to the web page.</param>
    /// <param name="Untitled">What its blocks before the first heading are about.</param>
    public sealed record Shown(Page Page, string Untitled) : Part;

    /// <summary>Rows of which each leads somewhere.</summary>
    /// <param name="Heading">What they are.</param>
    /// <param name="Columns">The first one holds the links.</param>
    /// <param name="Rows">From top to bottom.</param>
    /// <param name="Empty">What is said when there are none.</param>
    public sealed record Listing(string Heading, ImmutableArray<Column> Columns, ImmutableArray<LinkedRow> Rows, string Empty) : Part;

    /// <summary>The chart of what a plan makes of the drifts, or of how they stand.</summary>
    public sealed record Impact(string Heading, DriftImpactChart Chart) : Part;

    /// <summary>The chart of the active ceiling.</summary>
    public sealed record Ceiling(string Heading, CeilingChart Chart) : Part;

    /// <summary>A form; each is answered by POST.</summary>
    /// <param name="Heading">What it is for; empty when the part before says it.</param>
    /// <param name="Action">The path that it goes to.</param>
    /// <param name="Fields">What it asks.</param>
    /// <param name="Button">What the button says.</param>
    /// <param name="Note">What will happen.</param>
    /// <param name="Weight">Strong for what a person came for, bad for what stops or refuses.</param>
    public sealed record Form(string Heading, string Action, ImmutableArray<Field> Fields, string Button, string Note = "", Tone Weight = Tone.Strong) : Part;

    /// <summary>A link on a line of its own.</summary>
    /// <param name="Address">Where it leads.</param>
    /// <param name="Text">What it says.</param>
    public sealed record Link(string Address, string Text) : Part;
}

/// <summary>A row that leads somewhere.</summary>
/// <param name="Address">A path of this page.</param>
/// <param name="Cells">As many as columns.</param>
public sealed record LinkedRow(string Address, ImmutableArray<Cell> Cells);

/// <summary>Something that a form asks, or carries along.</summary>
/// <param name="Name">What the answer is called.</param>
/// <param name="Label">What a person reads; empty for what is carried along unseen.</param>
/// <param name="Value">What stands there before anybody types.</param>
/// <param name="Kind">The kind of input: text, email.</param>
/// <param name="Longest">Most characters.</param>
public sealed record Field(string Name, string Label, string Value = "", string Kind = "text", int Longest = 200)
{
    /// <summary>Whether nobody sees it.</summary>
    public bool IsHidden => Label.Length == 0;

    /// <summary>Carried along unseen.</summary>
    public static Field Hidden(string name, string value) => new(name, "", value);
}

/// <summary>A whole web page.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Household">Whose; null for somebody who has not logged in.</param>
/// <param name="Person">Who looks; null for somebody who has not logged in.</param>
/// <param name="FormToken">Goes with every form.</param>
/// <param name="Here">The path that it answers.</param>
/// <param name="Parts">From top to bottom.</param>
public sealed record Sheet(string Title, string? Household, string? Person, string FormToken, string Here, ImmutableArray<Part> Parts);
