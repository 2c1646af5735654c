using BenchmarkDotNet.Attributes;
using PerpetualRebalancing.Domain.WaterFilling;

namespace PerpetualRebalancing.Benchmarks;

/// <summary>Seven classes as in a household (decimal for orders, double for simulation), and five thousand to show how it scales.</summary>
[MemoryDiagnoser]
public class ForwardFillBenchmarks
{
    private readonly decimal[] _values = [3875000m, 2020000m, 964000m, 956000m, 492000m, 615000m, 1078000m];
    private readonly decimal[] _targets = [0.40m, 0.20m, 0.10m, 0.10m, 0.05m, 0.05m, 0.10m];
    private readonly decimal[] _buys = new decimal[7];
    private readonly double[] _doubleBuys = new double[7];
    private readonly double[] _manyValues = new double[5_000];
    private readonly double[] _manyTargets = new double[5_000];
    private readonly double[] _manyBuys = new double[5_000];
    private double[] _doubleValues = [];
    private double[] _doubleTargets = [];

    [GlobalSetup]
    public void Setup()
    {
        _doubleValues = Array.ConvertAll(_values, value => (double)value);
        _doubleTargets = Array.ConvertAll(_targets, target => (double)target);
        var random = new Random(20261121);
        for (var i = 0; i < _manyValues.Length; i++)
        {
            _manyValues[i] = random.NextDouble() * 2_000;
            _manyTargets[i] = 1.0 / _manyValues.Length;
        }
    }

    [Benchmark]
    public double Double_7() => ForwardFill.Solve<double>(_doubleValues, _doubleTargets, 211_000, _doubleBuys);

    [Benchmark]
    public double Double_5000() => ForwardFill.Solve<double>(_manyValues, _manyTargets, 100_000, _manyBuys);

    [Benchmark]
    public decimal Decimal_7() => ForwardFill.Solve<decimal>(_values, _targets, 211_000m, _buys);
}
