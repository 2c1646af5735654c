using PerpetualRebalancing.Worker.Views;
using PerpetualRebalancing.Worker.Web.Charts;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>The names of the stylesheet's classes.</summary>
public static class Css
{
    /// <summary>Of a tone; null for the plain one.</summary>
    public static string? Of(Tone tone) => tone == Tone.Plain ? null : tone.ToString().ToLowerInvariant();

    /// <summary>Of a column's kind.</summary>
    public static string? Of(ColumnKind kind) => kind switch
    {
        ColumnKind.Number => "number",
        ColumnKind.Prose => "prose",
        _ => null,
    };

    /// <summary>Of what a plan makes of a drift.</summary>
    public static string Of(ImpactKind kind) => kind switch
    {
        ImpactKind.Improvement => "improvement",
        ImpactKind.ImprovementEvaporated => "evaporated",
        ImpactKind.Worsening => "worsening",
        _ => "unchanged",
    };
}
