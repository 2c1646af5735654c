using BenchmarkDotNet.Attributes;
using PerpetualRebalancing.Adapters.Tables;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Domain.Tax.India;

namespace PerpetualRebalancing.Benchmarks;

/// <summary>The tax of a sale on top of an Indian year, which a review asks thousands of times: about 1 µs and no allocation.</summary>
[MemoryDiagnoser]
public class IndianYearBenchmarks
{
    private IMemberYear _year = null!;
    private IMemberYear _yearWithLosses = null!;
    private IMemberYear _yearOfSurcharge = null!;
    private decimal[] _gains = null!;

    [GlobalSetup]
    public void Setup()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "PerpetualRebalancing.sln")))
        {
            folder = folder.Parent;
        }

        var law = TaxFiles.Load(Path.Combine(folder.FullName, "config", "tax")).Laws.OfType<IndianLaw>().Single();
        var (member, on) = (new MemberId("m"), new DateOnly(2026, 5, 1));
        _gains = new decimal[law.Buckets.Length];
        _gains[IndexOf("198")] = 234_567.89m;
        _gains[IndexOf("197")] = 45_678.9m;
        _gains[IndexOf("slab")] = 12_345.67m;
        _year = Open(1_800_000m, 0m);
        _yearWithLosses = Open(1_800_000m, 50_000m);
        _yearOfSurcharge = Open(6_000_000m, 0m);

        IMemberYear Open(decimal other, decimal loss) => law.Open(new YearLedger(
            member, new TaxProfile.India(IndianRegime.New, new DateOnly(1985, 1, 1), HasBusiness: false), law.YearOf(on), other,
            [new GainEntry(member, on, new BucketId("198"), new Money(100_000m, Currency.Inr))],
            loss == 0m ? [] : [new BroughtForwardLoss(member, new DateOnly(2024, 4, 1), IsLong: false, new Money(loss, Currency.Inr))]));

        int IndexOf(string id) => law.Buckets.IndexOf(law.Buckets.First(b => b.Id.Value == id));
    }

    [Benchmark(Baseline = true)]
    public decimal Tax() => _year.Tax(_gains);

    [Benchmark]
    public decimal TaxWithLosses() => _yearWithLosses.Tax(_gains);

    [Benchmark]
    public decimal TaxWithSurcharge() => _yearOfSurcharge.Tax(_gains);
}
