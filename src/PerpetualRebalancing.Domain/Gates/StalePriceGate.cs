using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Gates;

/// <summary>Is the price of everything traded or held, and every exchange rate, recent and not from the future?</summary>
public sealed class StalePriceGate : IGate
{
    /// <inheritdoc/>
    public string Name => "stale price";

    /// <inheritdoc/>
    public Verdict Judge(GateInput input)
    {
        var blocked = new List<string>();
        var oldest = new SortedDictionary<string, (int Age, string Words)>(StringComparer.Ordinal);
        foreach (var instrument in Priced(input))
        {
            Price(input, instrument);
        }

        foreach (var currency in input.Policy.Accounts.Select(a => a.Currency).Distinct().Where(c => c != input.Policy.Base))
        {
            Rate(input, currency);
        }

        return Verdict.Worst(blocked, [], oldest.Count == 0 ? "0 prices are needed" : string.Join("; ", oldest.Values.Select(o => o.Words)));

        void Price(GateInput input, Instrument instrument)
        {
            var quote = input.Inputs.Read.Quotes.FirstOrDefault(q => q.Instrument == instrument.Id);
            if (quote is null)
            {
                blocked.Add($"{instrument.Id} has 0 prices and 1 is needed; add one to the price source");
                return;
            }

            var calendar = input.Inputs.Rules.Calendars[instrument.Venue];
            var limits = input.Policy.Limits;
            var (kind, allowed) = instrument.Dealing == Dealing.Nav ? ("NAV", limits.StaleNavDays) : ("price", limits.StalePriceDays);
            var today = calendar.LocalDate(input.Now);

            // Liquid funds publish the NAV of a weekend or holiday before it: the next dealing is on the business day after it at the latest.
            var latest = instrument.Dealing == Dealing.Nav ? calendar.BusinessDaysAfter(today, 1) : today;
            Age($"the {kind} of {instrument.Id}", kind, quote.AsOf, latest, today, Math.Max(0, calendar.BusinessDaysBetween(quote.AsOf, today)), allowed, "business day");
        }

        void Rate(GateInput input, Currency currency)
        {
            var rate = input.Inputs.Read.Fx.Rates.FirstOrDefault(r => Joins(r, currency, input.Policy.Base));
            if (rate is null)
            {
                blocked.Add($"{currency} has 0 exchange rates to {input.Policy.Base} and 1 is needed; add one to the price source");
                return;
            }

            // The readings' own day, unless more time has passed since; a rate has no venue whose clock would decide.
            var venueDay = input.Inputs.Rules.Calendars[input.Policy.Schedule.Venue].LocalDate(input.Now);
            var today = venueDay > input.Inputs.Read.Today ? venueDay : input.Inputs.Read.Today;
            Age($"the exchange rate {currency}/{input.Policy.Base}", "rate", rate.AsOf, today, today, today.DayNumber - rate.AsOf.DayNumber,
                input.Policy.Limits.StaleFxDays, "calendar day");
        }

        void Age(string what, string kind, DateOnly asOf, DateOnly latest, DateOnly today, int age, int allowed, string day)
        {
            if (asOf > latest)
            {
                blocked.Add($"{what} is dated {GateWords.Day(asOf)}, and today is {GateWords.Day(today)}; correct its source");
            }
            else if (age > allowed)
            {
                blocked.Add($"{what} of {GateWords.Day(asOf)} is {GateWords.Count(age, day)} old, and the limit is {allowed}; fetch a newer one");
            }
            else if (!oldest.TryGetValue(kind, out var known) || age > known.Age)
            {
                oldest[kind] = (age, $"{what} is {GateWords.Count(age, day)} old, the limit is {allowed}");
            }
        }
    }

    private static IEnumerable<Instrument> Priced(GateInput input)
    {
        var held = input.Inputs.Read.Accounts.SelectMany(a => a.Holdings).Where(h => !h.Quantity.IsZero).Select(h => h.Instrument);
        var traded = input.Plan.Legs.Concat(input.Legs).Select(leg => leg.Instrument).OfType<InstrumentId>();
        return held.Concat(traded).Distinct().Select(input.Policy.Instrument);
    }

    private static bool Joins(FxRate rate, Currency one, Currency other) =>
        (rate.From == one && rate.To == other) || (rate.From == other && rate.To == one);
}
