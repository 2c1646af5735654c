using BenchmarkDotNet.Attributes;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Benchmarks;

/// <summary>Previews of sales over ten thousand lots under the law of India. At most 5 ms each.</summary>
[MemoryDiagnoser]
public class PreviewBenchmarks
{
    private BenchmarkHousehold _household = null!;
    private HouseholdState _state = null!;
    private ReviewInputs _inputs = null!;

    [GlobalSetup]
    public void Setup()
    {
        _household = new BenchmarkHousehold(accounts: 3, BenchmarkLaw.India());
        decimal[] prices = [180.35m, 212.4m, 55.12m, 91.7m, 44.05m, 31.6m, 77.77m];
        _state = _household.Opened([5_700_000m, 1_300_000m, 900_000m, 800_000m, 300_000m, 350_000m, 650_000m], prices, lots: 10_000, cash: 40_000m);
        _inputs = _household.Read(_state, prices, BenchmarkHousehold.Start);
        if (Raise().Short.IsPositive)
        {
            throw new InvalidOperationException("The benchmark must measure a sale that raises what was asked for.");
        }
    }

    [Benchmark]
    public SalePreview Sell() => SalePreview.Of(
        _household.Policy, _state, _inputs, BenchmarkHousehold.AccountOf(0), _household.Policy.Instruments[0], new Quantity(20_000m));

    [Benchmark]
    public SalePreview Raise() => SalePreview.Of(_household.Policy, _state, _inputs, new Money(500_000m, Currency.Inr));
}
