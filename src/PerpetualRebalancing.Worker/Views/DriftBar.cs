using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>A class's drift as a small bar around its target: what is left after the plan is filled, what the plan takes away is hollow.</summary>
public static class DriftBar
{
    /// <summary>What the bar means, in one line.</summary>
    public const string Legend = "Bars: left of │ underweight, right overweight; ■ is left after the plan, □ is what it takes away.";

    private const int Half = 6;

    /// <summary>Draws the bar.</summary>
    /// <param name="before">Drift before.</param>
    /// <param name="after">Drift after.</param>
    /// <param name="largest">The drift that fills one side; zero draws nothing.</param>
    public static string Of(Drift before, Drift after, Drift largest)
    {
        var (from, to) = (Length(before, largest), Length(after, largest));
        return Side(from, to, -1) + "│" + Side(from, to, 1);
    }

    /// <summary>The largest of several drifts, whichever way it goes.</summary>
    public static Drift Largest(IEnumerable<Drift> drifts) => new(drifts.Max(d => Math.Abs(d.Fraction)));

    private static int Length(Drift drift, Drift largest) =>
        largest == Drift.Zero ? 0 : (int)Math.Round(drift.Fraction / largest.Fraction * Half, MidpointRounding.AwayFromZero);

    private static string Side(int before, int after, int sign)
    {
        var filled = Math.Max(0, after * sign);
        var hollow = Math.Max(filled, before * sign) - filled;
        return sign < 0
            ? (new string('□', hollow) + new string('■', filled)).PadLeft(Half)
            : (new string('■', filled) + new string('□', hollow)).PadRight(Half);
    }
}
