using System.Collections.Immutable;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Worker.Web.Charts;

/// <summary>A scale of drifts with round marks that holds every value with room below the lowest.</summary>
/// <param name="Floor">Its lower end, below every value.</param>
/// <param name="Ceiling">Its upper end, at or above every value.</param>
/// <param name="Step">Between two marks, above zero.</param>
public sealed record Axis(Drift Floor, Drift Ceiling, Drift Step)
{
    private const int MostSteps = 6;

    private static readonly ImmutableArray<decimal> Round = [1m, 2m, 2.5m, 5m];

    /// <summary>Every mark from the floor to the ceiling.</summary>
    public IEnumerable<Drift> Marks
    {
        get
        {
            for (var mark = Floor; mark <= Ceiling; mark += Step)
            {
                yield return mark;
            }
        }
    }

    /// <summary>The scale of some drifts, with zero in it; the finest whose marks are at most seven.</summary>
    public static Axis Around(IEnumerable<Drift> drifts, bool withZero = true)
    {
        var points = drifts.Select(d => d.Points).Concat(withZero ? [0m] : []).ToArray();
        var (lowest, highest) = (points.Min(), points.Max());
        for (var unit = 0.01m; ; unit *= 10m)
        {
            foreach (var step in Round.Select(r => r * unit))
            {
                var (floor, ceiling) = (Math.Floor(lowest / step) * step, Math.Ceiling(highest / step) * step);

                // What stands on the floor would have no height.
                floor = floor == lowest && lowest != 0m ? floor - step : floor;
                ceiling = ceiling == floor ? floor + step : ceiling;
                if (ceiling - floor <= MostSteps * step)
                {
                    return new Axis(Drift.FromPoints(floor), Drift.FromPoints(ceiling), Drift.FromPoints(step));
                }
            }
        }
    }
}
