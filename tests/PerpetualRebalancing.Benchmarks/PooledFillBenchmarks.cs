using BenchmarkDotNet.Attributes;
using PerpetualRebalancing.Domain.WaterFilling;

namespace PerpetualRebalancing.Benchmarks;

/// <summary>Seven classes and three pools that overlap: foreign only, domestic without the foreign class, gold and debt only.</summary>
[MemoryDiagnoser]
public class PooledFillBenchmarks
{
    private readonly decimal[] _values = [3866000m, 1995000m, 987000m, 971000m, 486000m, 591000m, 1104000m];
    private readonly decimal[] _targets = [0.40m, 0.20m, 0.10m, 0.10m, 0.05m, 0.05m, 0.10m];
    private readonly decimal[] _cash = [136882m, 24118m, 5000m];
    private readonly uint[] _eligibility = [0b0000001, 0b1111110, 0b1100000];
    private readonly decimal[] _buys = new decimal[7];
    private readonly decimal[] _levels = new decimal[7];
    private readonly decimal[] _split = new decimal[21];
    private readonly decimal[] _carried = new decimal[3];

    [Benchmark]
    public PooledFillResult<decimal> Totals_7x3_decimal() =>
        PooledFill.SolveTotals(new PoolProblem<decimal>(_values, _targets, _cash, _eligibility), _buys, _levels);

    [Benchmark]
    public PooledFillResult<decimal> Split_7x3_decimal() =>
        PooledFill.Solve(new PoolProblem<decimal>(_values, _targets, _cash, _eligibility), _buys, _levels, _split, _carried);
}
