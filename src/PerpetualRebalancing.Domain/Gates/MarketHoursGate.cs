using PerpetualRebalancing.Domain.Markets;

namespace PerpetualRebalancing.Domain.Gates;

/// <summary>Does every order's venue have a session inside the batch's life, on days whose holidays are published? A closed market
/// only schedules (semantics §6).</summary>
public sealed class MarketHoursGate : IGate
{
    /// <inheritdoc/>
    public string Name => "market hours";

    /// <inheritdoc/>
    public Verdict Judge(GateInput input)
    {
        var (blocked, asks, fine) = (new List<string>(), new List<string>(), new List<string>());
        var calendars = input.Inputs.Rules.Calendars;
        foreach (var group in input.Orders.GroupBy(leg => Dealt(input, leg.Instrument!)))
        {
            var (venue, settlementDays) = group.Key;
            var legs = $"{GateWords.Names(group)} on {venue}";
            if (!calendars.Has(venue))
            {
                var known = string.Join(", ", calendars.Calendars.Select(c => c.Venue));
                blocked.Add($"{legs}: there is no calendar of {venue}, only of [{known}]; add one with 'calendar import'");
                continue;
            }

            var calendar = calendars[venue];
            var session = calendar.NextSession(input.Now);
            var settles = calendar.SettlementDate(session.Date, settlementDays);
            if (session.Date > input.LastDay)
            {
                blocked.Add($"{legs}: the next session is on {GateWords.Day(session.Date)}, after the batch's last day {GateWords.Day(input.LastDay)}; "
                    + "plan again, or let batches live longer with approval.batchDays");
            }
            else if (!calendar.IsFinal(session.Date) || !calendar.IsFinal(settles))
            {
                asks.Add($"{legs}: the session on {GateWords.Day(session.Date)} and its settlement on {GateWords.Day(settles)} count weekdays, "
                    + $"because {Published(calendar)}; check that they are not holidays, or import the exchange's list with 'calendar import'");
            }
            else
            {
                fine.Add(session.Contains(input.Now)
                    ? $"{legs}: open now, until {GateWords.Moment(session.Close)}"
                    : $"{legs}: closed now, scheduled for {GateWords.Moment(session.Open)}, last day {GateWords.Day(input.LastDay)}");
            }
        }

        return Verdict.Worst(blocked, asks, fine.Count == 0 ? "0 orders need a session" : string.Join("; ", fine));
    }

    private static (string Venue, int SettlementDays) Dealt(GateInput input, InstrumentId id)
    {
        var instrument = input.Policy.Instrument(id);
        return (instrument.Venue, instrument.SettlementDays);
    }

    private static string Published(ExchangeCalendar calendar) => calendar.FinalThrough < calendar.FinalFrom
        ? "no year of its holidays is published in full"
        : $"its holidays are published from {GateWords.Day(calendar.FinalFrom)} through {GateWords.Day(calendar.FinalThrough)}";
}
