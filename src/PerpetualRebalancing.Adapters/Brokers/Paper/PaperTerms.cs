using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Brokers.Paper;

/// <summary>Everything around its book that the paper broker goes by.</summary>
/// <param name="Household">Its accounts and instruments.</param>
/// <param name="Calendars">Of every venue of the household.</param>
/// <param name="Market">Prices and exchange rates.</param>
/// <param name="Charges">The statutory and broker charges.</param>
/// <param name="Rules">What is a matter of luck elsewhere.</param>
/// <param name="Clock">The time; nothing reads another one.</param>
public sealed record PaperTerms(
    Household Household, CalendarBook Calendars, PaperMarket Market, ChargeBook Charges, PaperRules Rules, TimeProvider Clock)
{
    internal Instrument? Find(Domain.InstrumentId id) => Household.Instruments.FirstOrDefault(i => i.Id == id);

    internal ExchangeCalendar CalendarOf(Instrument instrument) => Calendars[instrument.Venue];
}
