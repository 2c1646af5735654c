using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Brokers.Paper;

/// <summary>Takes an order into the book, or says why not.</summary>
internal sealed class PaperDesk(PaperPages pages, PaperTerms terms, DateTimeOffset now)
{
    private readonly PaperFills _fills = new(pages, terms);
    private readonly PaperAccounts _accounts = new(pages, terms, now);

    /// <summary>Takes an order; an exchange order may fill at once.</summary>
    public PlacementOutcome Take(OrderTicket ticket)
    {
        if (pages.Order(ticket.ClientKey) is { } placed)
        {
            return new PlacementOutcome.AlreadyPlaced(View(placed));
        }

        if (terms.Household.Accounts.FirstOrDefault(a => a.Id == ticket.Account) is not { } account)
        {
            return Refuse($"there is no account {ticket.Account}");
        }

        if (terms.Find(ticket.Instrument) is not { } instrument || !instrument.Accounts.Contains(account.Id))
        {
            return Refuse($"{account.Id} cannot trade {ticket.Instrument}");
        }

        if (terms.Rules.For(instrument.Id).Reject is { } words)
        {
            return Refuse(words);
        }

        var wrong = ticket.Size switch
        {
            OrderSize.Units units => WrongWith(instrument, units),
            OrderSize.Amount amount => WrongWith(instrument, ticket.Side, amount),
            _ => throw new InvalidOperationException($"The paper broker does not know the size {ticket.Size}."),
        };
        if (wrong is not null)
        {
            return Refuse(wrong);
        }

        return instrument.Dealing == Dealing.Nav ? Fund(ticket, account, instrument) : Exchange(ticket, account, instrument);
    }

    /// <summary>Takes back what is not filled.</summary>
    public CancelOutcome Cancel(AccountId account, string key)
    {
        if (pages.Order(key) is not { } order || order.Account != account)
        {
            return new CancelOutcome.NotFound();
        }

        if (!order.IsOpen || IsPastCutOff(order))
        {
            return new CancelOutcome.TooLate(View(order));
        }

        var cancelled = order with { State = BrokerOrderState.Cancelled, Waits = false, Held = 0m, Note = "taken back" };
        pages.Update(cancelled);
        return new CancelOutcome.Cancelled(View(cancelled));
    }

    /// <summary>An order as callers see it.</summary>
    public BrokerOrder View(PaperOrder order) => new(
        order.Key, order.Account, order.Instrument, order.Side, order.State, order.Ordered, pages.Fills(order.Key), order.Note);

    private PlacementOutcome Exchange(OrderTicket ticket, Account account, Instrument instrument)
    {
        var calendar = terms.CalendarOf(instrument);
        var today = calendar.LocalDate(now);
        if (!calendar.IsOpen(now))
        {
            return Refuse(FormattableString.Invariant(
                $"market closed: {instrument.Venue} opens next at {calendar.NextSession(now).Open:yyyy-MM-dd HH:mm zzz}"));
        }

        var units = (OrderSize.Units)ticket.Size;
        var rule = terms.Rules.For(instrument.Id);
        var first = new Quantity(units.Quantity.Units * rule.FillFraction).FlooredTo(instrument.UnitStep);
        var rest = units.Quantity - first;
        var price = _fills.Touch(instrument, ticket.Side, today);
        var order = NewOrder(ticket, today, today) with { Ordered = units.Quantity, Limit = units.Limit.Amount };
        if (ticket.Side == Side.Buy)
        {
            var need = Net(first, units.Limit) + Net(rest, units.Limit);
            if (Short(account, need) is { } tooLittle)
            {
                return tooLittle;
            }

            order = order with { Held = need.Amount };
        }
        else
        {
            if (Short(account, instrument, units.Quantity) is { } tooFew)
            {
                return tooFew;
            }

            if (Net(first, price).IsNegative || Net(rest, price).IsNegative)
            {
                return Refuse($"the charges of selling {units.Quantity} units exceed what they bring");
            }
        }

        pages.Add(order);
        if (!first.IsZero && PaperFills.IsWithin(order, price))
        {
            order = _fills.Fill(order, instrument, first, price, today);
        }

        if (order.IsOpen && rule.Rest == PaperRest.NextSession)
        {
            order = order with { Waits = true, Session = calendar.BusinessDaysAfter(today, 1) };
        }

        pages.Update(order);
        return new PlacementOutcome.Acknowledged(View(order));

        Money Net(Quantity quantity, UnitPrice at) => _fills.Net(account.Id, instrument, ticket.Side, quantity, at, today);
    }

    private PlacementOutcome Fund(OrderTicket ticket, Account account, Instrument instrument)
    {
        var calendar = terms.CalendarOf(instrument);
        var today = calendar.LocalDate(now);
        var isLate = calendar.IsBusinessDay(today) && LocalTime(calendar) >= PaperDays.NavCutOff;
        var order = NewOrder(ticket, today, calendar.BusinessDaysAfter(today, isLate ? 1 : 0));
        if (ticket.Size is OrderSize.Amount amount)
        {
            if (Short(account, amount.Money) is { } tooLittle)
            {
                return tooLittle;
            }

            order = order with { Amount = amount.Money.Amount, Held = amount.Money.Amount };
        }
        else
        {
            var units = ((OrderSize.Units)ticket.Size).Quantity;
            if (Short(account, instrument, units) is { } tooFew)
            {
                return tooFew;
            }

            order = order with { Ordered = units };
        }

        pages.Add(order);
        return new PlacementOutcome.Acknowledged(View(order));
    }

    private static PaperOrder NewOrder(OrderTicket ticket, DateOnly placedOn, DateOnly session) => new(
        ticket.ClientKey, ticket.Account, ticket.Instrument, ticket.Side, BrokerOrderState.Open, Quantity.Zero, null, null,
        placedOn, session, Waits: false, 0m, string.Empty);

    private PlacementOutcome.Rejected? Short(Account account, Money need)
    {
        var there = _accounts.Spendable(account);
        return need > there ? Refuse($"{need} of settled cash is needed with charges, {there} is there") : null;
    }

    private PlacementOutcome.Rejected? Short(Account account, Instrument instrument, Quantity need)
    {
        var there = _accounts.Sellable(account, instrument);
        return need > there ? Refuse($"{need} settled units of {instrument.Id} are needed, {there} are there") : null;
    }

    private bool IsPastCutOff(PaperOrder order)
    {
        if (terms.Find(order.Instrument) is not { Dealing: Dealing.Nav } instrument)
        {
            return false;
        }

        var calendar = terms.CalendarOf(instrument);
        var today = calendar.LocalDate(now);
        return today > order.Session || (today == order.Session && LocalTime(calendar) >= PaperDays.NavCutOff);
    }

    private TimeOnly LocalTime(ExchangeCalendar calendar) => TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, calendar.TimeZone).DateTime);

    private static string? WrongWith(Instrument instrument, OrderSize.Units units)
    {
        if (units.Quantity.IsZero || units.Quantity.FlooredTo(instrument.UnitStep) != units.Quantity)
        {
            return $"{units.Quantity} units of {instrument.Id} cannot be traded, only multiples of {instrument.UnitStep}";
        }

        if (units.Limit.Currency != instrument.Currency)
        {
            return $"{instrument.Id} trades in {instrument.Currency}, not in {units.Limit.Currency}";
        }

        return instrument.Dealing == Dealing.Exchange && units.Limit * units.Quantity < instrument.MinimumOrder
            ? $"{units.Limit * units.Quantity} is less than the smallest order of {instrument.MinimumOrder}"
            : null;
    }

    private static string? WrongWith(Instrument instrument, Side side, OrderSize.Amount amount)
    {
        var money = amount.Money;
        if (instrument.Dealing != Dealing.Nav || side != Side.Buy)
        {
            return "an order by amount can only buy at NAV";
        }

        if (money.Currency != instrument.Currency)
        {
            return $"{instrument.Id} trades in {instrument.Currency}, not in {money.Currency}";
        }

        if (!money.IsPositive || money != money.Rounded || money < instrument.MinimumOrder)
        {
            return $"{money} cannot be invested: at least {instrument.MinimumOrder}, in whole minor units";
        }

        return instrument.OrderMultiple.IsPositive && money.Amount % instrument.OrderMultiple.Amount != 0m
            ? $"{money} is not a multiple of {instrument.OrderMultiple}"
            : null;
    }

    private static PlacementOutcome.Rejected Refuse(string why) => new(why);
}
