using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Benchmarks;

/// <summary>One whole decision: seven classes, three pools, five hundred lots, in month 3 of a sell program that sells. At most 200 µs at
/// flat rates, 500 µs under the law of India on a year that holds two hundred gains.</summary>
[MemoryDiagnoser]
public class DecisionBenchmarks
{
    private Household _policy = null!;
    private HouseholdState _state = null!;
    private ReviewInputs _inputs = null!;

    [Params("flat", "in")]
    public string Law { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        var household = new BenchmarkHousehold(accounts: 3, Law == "in" ? BenchmarkLaw.India() : BenchmarkLaw.Flat);
        decimal[] prices = [180.35m, 212.4m, 55.12m, 91.7m, 44.05m, 31.6m, 77.77m];
        _policy = household.Policy;
        _state = household.Opened([5_700_000m, 1_300_000m, 900_000m, 800_000m, 300_000m, 350_000m, 650_000m], prices, lots: 500, cash: 40_000m) with
        {
            Program = new SellProgram.Active(3, new Slot(2025, 11), Holding: false),
            Gains = Law == "in" ? Ledger() : [],
        };
        _inputs = household.Read(_state, prices, BenchmarkHousehold.Start);
        var plan = Decide();
        if (plan.Program is not ProgramStep.Sell || !plan.Legs.Any(l => l.Purpose == LegPurpose.Trim) || plan.Notices.Any(n => n.Text.Contains("cannot be reached", StringComparison.Ordinal)))
        {
            throw new InvalidOperationException("The benchmark must measure a sale that reaches its ceiling.");
        }
    }

    private static ImmutableArray<GainEntry> Ledger() =>
    [
        .. Enumerable.Range(0, 200).Select(i => new GainEntry(
            new MemberId("m"), BenchmarkHousehold.Start.AddDays(-i), new BucketId(i % 3 == 0 ? "111A" : "112A"), new Money(1_000m + i, Currency.Inr))),
    ];

    [Benchmark]
    public Plan Decide() => Decision.Decide(_policy, _state, _inputs);
}
