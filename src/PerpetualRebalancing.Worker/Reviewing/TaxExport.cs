using System.Globalization;
using System.Text;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Reviewing;

/// <summary>The ledger of gains as CSV: one row per lot sold, and one per entry that corrects or adds to them. The gains of a year's
/// rows add up to what <c>tax year</c> is worked out from.</summary>
internal static class TaxExport
{
    private const string Header =
        "member,year,entry,account,instrument,isin,lot,units,acquired,transferred,term,section,currency,proceeds,cost,deemed cost,gain,reference";

    /// <summary>The rows of a tax year, or of all years.</summary>
    /// <exception cref="Adapters.Configuration.ConfigurationException">No member's law has such a year.</exception>
    public static string Csv(Desk desk, string? name)
    {
        var laws = desk.ReadRules().Laws;
        if (name is not null && desk.Policy.Members.All(m => TaxYearReport.YearOf(desk, laws.For(m.Tax), name) is null))
        {
            throw TaxYearReport.Unknown(desk, laws, name);
        }

        var text = new StringBuilder(Header).Append('\n');
        foreach (var fact in desk.Store.Facts().Select(f => f.Fact))
        {
            switch (fact)
            {
                case Fact.Opened opened:
                    foreach (var entry in opened.Gains)
                    {
                        Entry(entry, "before the opening", "");
                    }

                    break;

                case Fact.LegFilled { Side: Side.Sell } fill:
                    foreach (var pick in fill.Lots)
                    {
                        Row(
                            fill.Member!, fill.TradeDate, "sale", fill.Account.Value, fill.Instrument.Value, desk.Policy.Instruments.FirstOrDefault(i => i.Id == fill.Instrument)?.Isin ?? "",
                            pick.Lot.Value, Canonical.Text(pick.Quantity.Units), Day(pick.Acquired), TermOf(pick.Term), pick.Bucket,
                            Amount(pick.Proceeds), Amount(pick.Cost), Amount(pick.DeemedCost), pick.Gain, $"{fill.Batch}/{fill.FillId}");
                    }

                    break;

                case Fact.GainRecorded recorded:
                    Entry(recorded.Entry, "recorded", recorded.Why);
                    break;

                case Fact.WashSale wash:
                    Row(
                        wash.Member, wash.SoldOn, "wash sale", wash.Replacement.Account.Value, wash.Replacement.Instrument.Value, "", wash.Sold.Value,
                        Canonical.Text(wash.Quantity.Units), "", "", wash.Bucket, "", "", "", wash.Disallowed, $"replaced by {wash.Lot}");
                    break;
            }
        }

        return text.ToString();

        void Entry(GainEntry entry, string kind, string why) =>
            Row(entry.Member, entry.On, kind, "", "", "", "", "", "", "", entry.Bucket, "", "", "", entry.Amount, why);

        void Row(
            MemberId member, DateOnly on, string kind, string account, string instrument, string isin, string lot, string units, string acquired, string term,
            BucketId bucket, string proceeds, string cost, string deemed, Money gain, string reference)
        {
            var law = laws.For(desk.Policy.Member(member).Tax);
            var year = law.YearOf(on).Name;
            if (name is null || name == year)
            {
                var section = law.Buckets.FirstOrDefault(b => b.Id == bucket)?.Section ?? bucket.Value;
                text.AppendJoin(',', new[]
                {
                    member.Value, year, kind, account, instrument, isin, lot, units, acquired, Day(on), term, section, gain.Currency.Code, proceeds, cost, deemed,
                    Amount(gain), reference,
                }.Select(CsvField.Quoted)).Append('\n');
            }
        }
    }

    private static string TermOf(LotTerm term) => term switch
    {
        LotTerm.Long => "long",
        LotTerm.Short => "short",
        _ => "never long",
    };

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Amount(Money money) => Canonical.Text(money.Rounded.Amount);
}
