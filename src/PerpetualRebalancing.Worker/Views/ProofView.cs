using System.Globalization;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>The lines of a proof that every kind of plan has.</summary>
public static class ProofView
{
    /// <summary>Drift measures before and after, as one table.</summary>
    public static PageWriter Measures(this PageWriter page, params IReadOnlyList<(string Name, DriftSummary Drift)> stages) => page.Table(
        [new Column("drift (points)"), .. stages.Select(s => Column.Number(s.Name))],
        [
            ["portfolio drift", .. stages.Select(s => new Cell(MoneyFormat.Size(s.Drift.Portfolio)))],
            ["worst underweight", .. stages.Select(s => new Cell(MoneyFormat.Points(s.Drift.WorstUnderweight)))],
            ["sum of squares", .. stages.Select(s => new Cell((s.Drift.SumOfSquares * 10_000m).ToString("0.0000", CultureInfo.InvariantCulture)))],
        ]);

    /// <summary>The law of buy-only correction, expected against achieved.</summary>
    public static (string Name, Cell Value) Law(BuyLaw law)
    {
        // The law is exact; what differs is the last digits of a decimal division.
        var holds = Math.Abs(law.Expected.Fraction - law.Achieved.Fraction) < 0.000_000_001m;
        return ("law of buy-only correction", new Cell(
            $"{Four(law.Expected.Points)} points expected, {Four(law.Achieved.Points)} achieved{(holds ? "" : ": NOT EQUAL")}", holds ? Tone.Good : Tone.Bad));
    }

    /// <summary>The largest violation of the optimality conditions.</summary>
    public static (string Name, Cell Value) Residual(string name, decimal residual)
    {
        var optimal = residual < 0.000_000_000_1m;
        return (name, new Cell($"{(residual == 0m ? "0" : residual.ToString("0.##E+0", CultureInfo.InvariantCulture))}{(optimal ? ": optimal" : ": NOT OPTIMAL")}", optimal ? Tone.Good : Tone.Bad));
    }

    private static string Four(decimal points) => points.ToString("0.0000", CultureInfo.InvariantCulture);
}
