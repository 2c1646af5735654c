using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Lots;

/// <summary>What an import, or its undoing, changes.</summary>
/// <param name="Faults">Why it cannot be true; nothing is recorded then.</param>
/// <param name="Lots">One fact per position whose lots change.</param>
/// <param name="Gains">Differences in the ledger of the current tax year.</param>
/// <param name="Notes">What a person should know: sales whose gain nobody can tell.</param>
public sealed record StatementEffect(
    ImmutableArray<LotFault> Faults, ImmutableArray<Fact.LotsSet> Lots, ImmutableArray<Fact.GainRecorded> Gains, ImmutableArray<string> Notes)
{
    /// <summary>Works it out.</summary>
    /// <param name="history">The account with the statements that count from now on.</param>
    /// <param name="touched">The instruments whose lots may change.</param>
    /// <param name="before">What is recorded so far.</param>
    /// <param name="terms">The law, and what it is applied to.</param>
    /// <param name="why">What was imported or undone.</param>
    public static StatementEffect Of(
        AccountHistory history, IReadOnlySet<InstrumentId> touched, RecordedLots before, GainTerms terms, string why)
    {
        var replay = history.Replay();
        if (!replay.Faults.IsEmpty)
        {
            return new StatementEffect(replay.Faults, [], [], []);
        }

        var lots = ImmutableArray.CreateBuilder<Fact.LotsSet>();
        foreach (var instrument in terms.Policy.Instruments.Select(i => i.Id).Where(touched.Contains))
        {
            var position = new Position(history.Account, instrument);
            var now = replay.Of(instrument);
            if (!now.SequenceEqual(before.State.Lots.GetValueOrDefault(position, [])))
            {
                lots.Add(new Fact.LotsSet(position, now, why));
            }
        }

        var sales = replay.Disposals.Where(d => touched.Contains(d.At.Instrument) && !d.IsBooked && terms.Counts(d.At.On)).ToArray();
        var unknown = sales.Where(s => s.Taken.IsEmpty || terms.Rate(s.At.On) is null).ToArray();
        var should = RealisedGains.Of(sales.Except(unknown), terms);
        var recorded = before.Gains(history, terms);
        return new StatementEffect(
            [], lots.ToImmutable(), [.. RealisedGains.Differences(terms, should, recorded, why)],
            [.. unknown.Select(s => $"The gain of the sale of {s.Units} {s.At.Instrument} on {s.At.On:yyyy-MM-dd} is not recorded: "
                + (s.Taken.IsEmpty ? "the units were bought before the statements begin." : "there is no exchange rate of that day."))]);
    }
}

/// <summary>What is recorded of an account before an import or its undoing.</summary>
/// <param name="State">What is true.</param>
/// <param name="Facts">The whole log.</param>
/// <param name="Imported">Which of its facts earlier imports of the account led to.</param>
public sealed record RecordedLots(HouseholdState State, ImmutableArray<RecordedFact> Facts, ImmutableHashSet<long> Imported)
{
    /// <summary>The gains of the account that the ledger holds already: those of earlier imports, and those that the program booked
    /// itself for fills which a statement now answers for. By day and bucket, base currency.</summary>
    public ImmutableDictionary<(DateOnly On, BucketId Bucket), decimal> Gains(AccountHistory history, GainTerms terms)
    {
        var gains = ImmutableDictionary.CreateBuilder<(DateOnly On, BucketId Bucket), decimal>();
        foreach (var recorded in Facts)
        {
            switch (recorded.Fact)
            {
                case Fact.GainRecorded gain when Imported.Contains(recorded.Sequence):
                    Add(gain.Entry.On, gain.Entry.Bucket, gain.Entry.Amount);
                    break;
                case Fact.LegFilled { Side: Side.Sell } fill when fill.Account == history.Account && history.IsCovered(fill):
                    foreach (var pick in fill.Lots)
                    {
                        Add(fill.TradeDate, pick.Bucket, pick.Gain);
                    }

                    break;
            }
        }

        return gains.ToImmutable();

        void Add(DateOnly on, BucketId bucket, Money gain)
        {
            if (terms.Counts(on))
            {
                gains[(on, bucket)] = gains.GetValueOrDefault((on, bucket)) + gain.Amount;
            }
        }
    }
}

/// <summary>How the gains of an account's sales are worked out.</summary>
/// <param name="Policy">The household.</param>
/// <param name="Account">The account.</param>
/// <param name="Rules">The law of the day.</param>
/// <param name="Counts">Which days count: those of the current tax year that no gains were typed for.</param>
/// <param name="Rate">Base currency per unit of the account's currency on a day; null when there is none.</param>
public sealed record GainTerms(Household Policy, Account Account, ITaxRules Rules, Func<DateOnly, bool> Counts, Func<DateOnly, decimal?> Rate);
