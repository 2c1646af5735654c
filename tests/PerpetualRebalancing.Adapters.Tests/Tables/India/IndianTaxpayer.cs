using System.Collections.Immutable;
using System.Globalization;
using PerpetualRebalancing.Adapters.Tables;
using PerpetualRebalancing.Adapters.Tests.Configuration;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Domain.Tax.India;

namespace PerpetualRebalancing.Adapters.Tests.Tables.India;

/// <summary>Lots and years under the law that ships, in the words of its examples.</summary>
internal static class IndianTaxpayer
{
    public static readonly MemberId Asha = new("asha");

    public static readonly TaxProfile.India NewRegime = new(IndianRegime.New, new DateOnly(1985, 5, 20), HasBusiness: false);

    public static readonly TaxProfile.India OldRegime = NewRegime with { Regime = IndianRegime.Old };

    public static IndianLaw Law { get; } = TaxFiles.Load(RepositoryFolder.Config("tax")).Laws.OfType<IndianLaw>().Single();

    public static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static IndianLaw With(params (string Id, string Value)[] switches) => new(Law.Tables with
    {
        Switches = new IndianSwitches([.. Law.Tables.Switches.All.Select(s => switches.Any(x => x.Id == s.Id) ? s with { Value = switches.First(x => x.Id == s.Id).Value } : s)]),
    });

    public static Instrument Instrument(string taxClass, Currency? currency = null, ExitLoad? load = null, decimal? fairValue2018 = null) => new(
        new InstrumentId("x"), "X", null, InstrumentTag.Buy, Dealing.Exchange, "NSE", currency ?? Currency.Inr, new Quantity(1m),
        Money.Zero(currency ?? Currency.Inr), Money.Zero(currency ?? Currency.Inr), 1, taxClass, "charges", load, [])
    {
        FairValue2018 = fairValue2018 is { } fair ? new Money(fair, Currency.Inr) : null,
    };

    public static TaxLot Lot(string acquired, decimal cost = 100m, decimal units = 1m, Currency? currency = null, string account = "a") =>
        new(new LotId($"lot-{acquired}"), new AccountId(account), new InstrumentId("x"), Day(acquired), new Quantity(units), new Money(cost, currency ?? Currency.Inr));

    public static LotTax Assess(string taxClass, string acquired, string sold, decimal cost = 100m, decimal price = 200m, IndianLaw? law = null) =>
        (law ?? Law).Assess(Lot(acquired, cost), Instrument(taxClass), new SaleTerms(new UnitPrice(price, Currency.Inr), 1m, Day(sold)));

    public static IndianBucket BucketOf(LotTax tax) => Law.Tables.Classes.Buckets[tax.Bucket];

    public static int Bucket(string id) => Law.Buckets.Index().First(b => b.Item.Id.Value == id).Index;

    public static decimal[] Gains(params (string Bucket, decimal Amount)[] gains)
    {
        var all = new decimal[Law.Buckets.Length];
        foreach (var (bucket, amount) in gains)
        {
            all[Bucket(bucket)] += amount;
        }

        return all;
    }

    /// <summary>An empty year of a day; other income in rupees, unknown when null.</summary>
    public static IndianYear Year(
        string day, decimal? other, TaxProfile.India? profile = null, IndianLaw? law = null, ImmutableArray<BroughtForwardLoss>? losses = null,
        params ImmutableArray<GainEntry> gains) =>
        (law ?? Law).OpenYear(new YearLedger(Asha, profile ?? NewRegime, Law.YearOf(Day(day)), other, gains, losses ?? []));

    public static GainEntry Entry(string on, string bucket, decimal amount) => new(Asha, Day(on), new BucketId(bucket), new Money(amount, Currency.Inr));

    public static BroughtForwardLoss Loss(string year, bool isLong, decimal amount) => new(Asha, Day(year), isLong, new Money(amount, Currency.Inr));
}
