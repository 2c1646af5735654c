using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Lots;

/// <summary>What the sales of an account's statements add to the ledger of its member's tax year.</summary>
public static class RealisedGains
{
    /// <summary>The gains of some sales under the member's law, by day and bucket, in base currency.</summary>
    /// <exception cref="KeyNotFoundException">The rules do not know an instrument's tax class on that day.</exception>
    public static ImmutableDictionary<(DateOnly On, BucketId Bucket), decimal> Of(IEnumerable<Disposal> sales, GainTerms terms)
    {
        var gains = ImmutableDictionary.CreateBuilder<(DateOnly On, BucketId Bucket), decimal>();
        if (terms.Account.Registration != Registration.Taxable)
        {
            return gains.ToImmutable();
        }

        foreach (var sale in sales)
        {
            var instrument = terms.Policy.Instrument(sale.At.Instrument);
            var at = new SaleTerms(new UnitPrice(sale.Price, terms.Account.Currency), terms.Rate(sale.At.On) ?? 1m, sale.At.On)
            {
                ChargesPerUnit = sale.Charges / sale.Units.Units,
            };
            foreach (var lot in sale.Taken)
            {
                var tax = terms.Rules.Assess(lot, instrument, at);
                var key = (sale.At.On, terms.Rules.Bucket(terms.Account.Member, tax.Bucket));
                gains[key] = gains.GetValueOrDefault(key) + (tax.GainPerUnit * lot.Remaining.Units);
            }
        }

        return gains.ToImmutable();
    }

    /// <summary>The entries that bring what is recorded to what should be: differences in whole minor units, since entries are never
    /// rewritten.</summary>
    /// <param name="terms">Whose they are.</param>
    /// <param name="should">What the statements lead to.</param>
    /// <param name="recorded">What is recorded already.</param>
    /// <param name="why">What changed it.</param>
    public static IEnumerable<Fact.GainRecorded> Differences(
        GainTerms terms, ImmutableDictionary<(DateOnly On, BucketId Bucket), decimal> should,
        ImmutableDictionary<(DateOnly On, BucketId Bucket), decimal> recorded, string why)
    {
        foreach (var key in should.Keys.Union(recorded.Keys).OrderBy(k => k.On).ThenBy(k => k.Bucket.Value, StringComparer.Ordinal))
        {
            var difference = new Money(should.GetValueOrDefault(key) - recorded.GetValueOrDefault(key), terms.Policy.Base).Rounded;
            if (!difference.IsZero)
            {
                var kind = recorded.ContainsKey(key) ? "corrected" : "realised";
                yield return new Fact.GainRecorded(
                    new GainEntry(terms.Account.Member, key.On, key.Bucket, difference), $"{kind} in {terms.Account.Id}: {why}");
            }
        }
    }
}
