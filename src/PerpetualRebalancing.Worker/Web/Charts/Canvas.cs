using System.Globalization;
using System.Net;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Worker.Web.Charts;

/// <summary>Where things of a chart lie in a drawing of a given width: columns side by side over a scale.</summary>
/// <param name="Width">Of the whole drawing.</param>
/// <param name="Height">Of the whole drawing.</param>
/// <param name="Columns">How many things stand side by side.</param>
/// <param name="Axis">The scale.</param>
public sealed record Canvas(int Width, int Height, int Columns, Axis Axis)
{
    private const double Top = 14;
    private const double Bottom = 74;
    private const double Right = 10;

    /// <summary>Where the columns begin, right of the scale's numbers.</summary>
    public static double Left => 46;

    /// <summary>The right end of the columns.</summary>
    public double End => Width - Right;

    /// <summary>The scale's lower end.</summary>
    public double Base => Height - Bottom;

    /// <summary>The width of one column.</summary>
    public double Column => (End - Left) / Columns;

    /// <summary>The middle of a column.</summary>
    public double Middle(int column) => Left + ((column + 0.5) * Column);

    /// <summary>The height of a drift.</summary>
    public double At(Drift drift) => Base - ((double)((drift.Points - Axis.Floor.Points) / (Axis.Ceiling.Points - Axis.Floor.Points)) * (Base - Top));

    /// <summary>A length as a drawing has it.</summary>
    public static string Text(double length) => length.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A text of a drawing, as mark-up: the element's name means something else to Razor.</summary>
    /// <param name="x">Where it is anchored.</param>
    /// <param name="y">Its base line.</param>
    /// <param name="anchor">start, middle or end.</param>
    /// <param name="css">Its class.</param>
    /// <param name="words">Anything; it is encoded.</param>
    /// <param name="turn">Degrees that it is turned by around its anchor.</param>
    public static string Label(double x, double y, string anchor, string css, string words, int turn = 0) => string.Create(
        CultureInfo.InvariantCulture,
        $"<text x=\"{x:0.##}\" y=\"{y:0.##}\" text-anchor=\"{anchor}\" class=\"{css}\" transform=\"rotate({turn} {x:0.##} {y:0.##})\">{WebUtility.HtmlEncode(words)}</text>");
}
