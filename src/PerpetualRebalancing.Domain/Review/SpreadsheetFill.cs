using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.WaterFilling;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>Solves a spreadsheet and writes the answer down.</summary>
internal sealed class SpreadsheetFill
{
    private readonly SpreadsheetPortfolio _portfolio;
    private readonly ImmutableArray<SpreadsheetPool> _pools;
    private readonly decimal[] _values;
    private readonly decimal[] _targets;
    private readonly decimal[] _cash;
    private readonly uint[] _masks;
    private readonly decimal[] _buys;
    private readonly decimal[] _levels;
    private readonly decimal[] _split;
    private readonly decimal _residual;
    private readonly decimal[] _rounded;

    public SpreadsheetFill(SpreadsheetPortfolio portfolio, ImmutableArray<SpreadsheetPool> pools)
    {
        (_portfolio, _pools) = (portfolio, pools);
        _values = portfolio.Classes.Select(c => c.Value.Amount).ToArray();
        _targets = portfolio.Classes.Select(c => c.Target.Fraction).ToArray();
        _cash = pools.Select(p => p.Cash.Amount).ToArray();
        _masks = pools.Select(Mask).ToArray();
        (_buys, _levels) = (new decimal[_values.Length], new decimal[_values.Length]);
        _split = new decimal[_values.Length * _cash.Length];
        var problem = new PoolProblem<decimal>(_values, _targets, _cash, _masks);
        PooledFill.Solve(problem, _buys, _levels, _split, new decimal[_cash.Length]);
        _residual = OptimalityCheck.Pooled(problem, _split);
        _rounded = new decimal[_split.Length];
        for (var p = 0; p < _cash.Length; p++)
        {
            Round(_split.AsSpan(p * _values.Length, _values.Length), _rounded.AsSpan(p * _values.Length, _values.Length));
        }
    }

    public SpreadsheetPlan Plan()
    {
        var after = _values.Select((value, c) => value + Bought(c)).ToArray();
        var ideal = _values.Select((value, c) => value + _buys[c]).ToArray();
        var (before, filled) = (Summary(_values), Summary(ideal));
        var spent = _rounded.Sum();
        return new SpreadsheetPlan(
            _portfolio.Currency,
            Money(_values.Sum()),
            Money(_cash.Sum()),
            Money(spent),
            Money(_cash.Sum() - spent),
            _portfolio.Classes.Select((_, c) => Outcome(c, after)).ToImmutableArray(),
            _pools.Select(Use).ToImmutableArray(),
            _residual,
            new BuyLaw(
                new Drift(BuyOnlyLaw.ExpectedReduction<decimal>(_values, _targets, _buys.Sum())), before.Portfolio - filled.Portfolio),
            before,
            Summary(after));
    }

    /// <summary>To whole minor units: down, and the units that are missing to the largest remainders, so that the sum is off by less than one.</summary>
    private static void Round(ReadOnlySpan<decimal> exact, Span<decimal> rounded)
    {
        var sum = 0m;
        var missing = 0m;
        for (var c = 0; c < exact.Length; c++)
        {
            rounded[c] = Math.Floor(exact[c] / Currency.MinorUnit) * Currency.MinorUnit;
            sum += exact[c];
            missing -= rounded[c];
        }

        missing += Math.Floor(sum / Currency.MinorUnit) * Currency.MinorUnit;
        for (; missing > 0m; missing -= Currency.MinorUnit)
        {
            var most = 0;
            for (var c = 1; c < exact.Length; c++)
            {
                most = exact[c] - rounded[c] > exact[most] - rounded[most] ? c : most;
            }

            rounded[most] += Currency.MinorUnit;
        }
    }

    private uint Mask(SpreadsheetPool pool)
    {
        var mask = 0u;
        for (var c = 0; c < _portfolio.Classes.Length; c++)
        {
            mask |= pool.Buys.Contains(_portfolio.Classes[c].Class) ? 1u << c : 0u;
        }

        return mask;
    }

    private decimal Bought(int @class)
    {
        var sum = 0m;
        for (var p = 0; p < _cash.Length; p++)
        {
            sum += _rounded[(p * _values.Length) + @class];
        }

        return sum;
    }

    private SpreadsheetOutcome Outcome(int c, decimal[] after)
    {
        var line = _portfolio.Classes[c];
        var (bought, cash) = (Bought(c), _cash.Sum());
        return new SpreadsheetOutcome(
            line.Class, line.Target, line.Value, DriftOf(_values, c), Money(bought), new Weight(cash == 0m ? 0m : bought / cash),
            new Drift(_levels[c]), DriftOf(after, c), Why(c, bought));
    }

    private Reason Why(int c, decimal bought)
    {
        var level = new Drift(_levels[c]);
        if (bought > 0m)
        {
            return new Reason.FilledToLevel(DriftOf(_values, c), level);
        }

        var total = _values.Sum() + _buys.Sum();
        var diluted = total == 0m ? DriftOf(_values, c) : new Drift((_values[c] / total) - _targets[c]);
        var able = _masks.Index().Where(m => (m.Item & (1u << c)) != 0).ToArray();
        return able.Length == 0 ? new Reason.NoPoolBuysIt()
            : _cash.All(cash => cash == 0m) ? new Reason.NoCash()
            : diluted > Drift.Zero ? new Reason.Overweight(diluted)
            : able.All(m => _cash[m.Index] == 0m) ? new Reason.PoolsEmpty(diluted)
            : new Reason.AboveLevel(diluted, level);
    }

    private SpreadsheetPoolUse Use(SpreadsheetPool pool, int p)
    {
        var row = _rounded.AsSpan(p * _values.Length, _values.Length).ToArray();
        var buys = row.Index().Where(b => b.Item > 0m).Select(b => new SpreadsheetBuy(_portfolio.Classes[b.Index].Class, Money(b.Item)));
        return new SpreadsheetPoolUse(pool.Name, pool.Cash, buys.ToImmutableArray(), pool.Cash - Money(row.Sum()));
    }

    private Drift DriftOf(decimal[] values, int c)
    {
        var total = values.Sum();
        return new Drift((total == 0m ? 0m : values[c] / total) - _targets[c]);
    }

    private DriftSummary Summary(decimal[] values)
    {
        var measures = DriftMeasures.Of<decimal>(values, _targets);
        return new DriftSummary(new Drift(measures.Portfolio), new Drift(measures.WorstUnderweight), measures.SumOfSquares);
    }

    private Money Money(decimal amount) => new(amount, _portfolio.Currency);
}
