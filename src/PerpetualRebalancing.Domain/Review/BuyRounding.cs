using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>Turns the exact split into tradable units: floor, then one more unit at a time for the class furthest below target, while
/// any fits (semantics §3, trading units). Mutable while one solution is rounded.</summary>
internal sealed class BuyRounding
{
    private readonly Book _book;
    private readonly decimal[] _values;
    private readonly Money[] _left;
    private readonly BuyChoices _choices;
    private readonly SortedDictionary<(int Payer, int Class), BuyLeg> _legs = [];
    private readonly Dictionary<FundingRoute, List<(int Class, decimal Budget)>> _routed = [];
    private readonly List<FundLeg> _funding = [];
    private readonly List<DroppedBuy> _dropped = [];
    private readonly List<TransferTooSmall> _tooSmall = [];
    private decimal _total;

    public BuyRounding(Book book, decimal[] values, Money[] cash, BuyChoices choices)
    {
        (_book, _choices) = (book, choices);
        _values = values.ToArray();
        _left = cash.ToArray();
        _total = values.Sum();
    }

    /// <summary>Buys what a budget in base currency pays for, or notes that money must be moved first.</summary>
    public void Budget(int account, int @class, decimal budget)
    {
        var option = _book.Option(account, @class)!;
        if (option.Route is { } route)
        {
            if (!_routed.TryGetValue(route, out var list))
            {
                _routed.Add(route, list = []);
            }

            list.Add((@class, budget));
            return;
        }

        var money = Money.Min(_book.Accounts[account].FromBase(budget), _left[account]);
        Buy(account, @class, option, money);
    }

    /// <summary>Sends each route's money as one transfer and plans what it will pay for.</summary>
    public void Fund()
    {
        foreach (var (route, parts) in _routed)
        {
            var from = _book.IndexOf(route.From);
            var (sender, receiver) = (_book.Accounts[from], _book.Accounts[_book.IndexOf(route.To)]);
            var total = parts.Sum(p => p.Budget);
            var budget = Money.Min(sender.FromBase(total), _left[from]);
            var sent = new Money((budget.Amount - route.Fee.Amount) / (1m + route.FeeRate), budget.Currency).Floored;
            if (sent < Money.Max(route.Minimum, new Money(Currency.MinorUnit, budget.Currency)))
            {
                var reason = new Reason.BelowOneUnit(Money.Max(sent, Money.Zero(sent.Currency)), route.Minimum);
                _tooSmall.AddRange(parts.Select(p => new TransferTooSmall(from, p.Class, reason)));
                continue;
            }

            var arrives = receiver.FromBase(sender.ToBase(sent));
            var fee = (route.Fee + (sent * route.FeeRate)).Rounded;
            _left[from] -= sent + fee;
            _funding.Add(new FundLeg(route, sent, fee, arrives, parts.Select(p => p.Class).ToImmutableArray()));
            foreach (var (@class, part) in parts)
            {
                Buy(from, @class, _book.Option(from, @class)!, (arrives * (part / total)).Floored, paidByTransfer: true);
            }
        }
    }

    /// <summary>While any unit fits: one more of the class furthest below target whose unit its account can pay for and that stays at
    /// or below target; ties by declared order.</summary>
    public void TopUp()
    {
        while (true)
        {
            (int Account, int Class, BuyOption Option, BuyLeg Leg)? best = null;
            var lowest = 0m;
            for (var c = 0; c < _values.Length; c++)
            {
                var drift = _total > 0m ? (_values[c] / _total) - _book.Targets[c] : 0m;
                if ((best is null || drift < lowest) && OneMore(c) is { } more)
                {
                    (best, lowest) = ((more.Account, c, more.Option, more.Leg), drift);
                }
            }

            if (best is not { } found)
            {
                return;
            }

            Book(found.Account, found.Class, found.Leg, paidByTransfer: false);
        }
    }

    public ImmutableArray<BuyLeg> Legs() => [.. _legs.Values];

    public ImmutableArray<FundLeg> Funding() => [.. _funding];

    public Money[] Left() => _left;

    public ImmutableArray<DroppedBuy> Dropped() => [.. _dropped];

    public ImmutableArray<TransferTooSmall> TooSmall() => [.. _tooSmall];

    private (int Account, BuyOption Option, BuyLeg Leg)? OneMore(int @class)
    {
        foreach (var view in _book.Declared)
        {
            var account = view.Index;
            if ((_choices.Masks[account] & (1u << @class)) == 0 || _book.Option(account, @class) is not { Route: null } option)
            {
                continue;
            }

            var has = _legs.TryGetValue((account, @class), out var leg) ? leg.Units : Quantity.Zero;
            var available = _left[account] + (leg?.Committed ?? Money.Zero(_left[account].Currency));
            var next = option.Instrument.Dealing == Dealing.Nav
                ? ByAmount(_book, account, @class, option, available)
                : Sized(_book, account, @class, option, Next(option, has, available));
            if (next is null || next.Units <= has)
            {
                continue;
            }

            var added = view.ToBase(next.Value - (leg?.Value ?? Money.Zero(next.Value.Currency)));
            if (IsLargeEnough(next) && next.Committed <= available && _values[@class] + added <= _book.Targets[@class] * (_total + added))
            {
                return (account, option, next);
            }
        }

        return null;
    }

    /// <summary>The next larger order: one unit more, the smallest order allowed, or for fractional units all that the cash pays for.</summary>
    private static Quantity Next(BuyOption option, Quantity has, Money available)
    {
        var instrument = option.Instrument;
        if (instrument.UnitStep.Units < 1m)
        {
            return Affordable(option, available);
        }

        var next = has + instrument.UnitStep;
        var least = new Quantity(instrument.MinimumOrder.Amount / option.Price.Amount).CeiledTo(instrument.UnitStep);
        return next < least ? least : next;
    }

    /// <summary>The largest order a budget pays for, or null when it does not pay for the smallest one.</summary>
    public static BuyLeg? Size(Book book, int payer, int @class, BuyOption option, Money budget)
    {
        if (option.Instrument.Dealing == Dealing.Nav)
        {
            return ByAmount(book, payer, @class, option, budget) is { } order && IsLargeEnough(order) ? order : null;
        }

        var leg = Sized(book, payer, @class, option, Affordable(option, budget));
        while (leg.Committed > budget && !leg.Units.IsZero)
        {
            // The exact charges are rounded line by line, so they may exceed the smooth estimate; a few units less make room.
            var unit = option.Price.Amount * option.Instrument.UnitStep.Units;
            var steps = Math.Ceiling((leg.Committed - budget).Amount / unit) * option.Instrument.UnitStep.Units;
            leg = Sized(book, payer, @class, option, new Quantity(Math.Max(0m, leg.Units.Units - steps)));
        }

        return leg.Units.IsZero || !IsLargeEnough(leg) ? null : leg;
    }

    /// <summary>What a fund house is asked to invest is an amount with its charges; a share order is its value.</summary>
    private static bool IsLargeEnough(BuyLeg leg) =>
        (leg.Option.Instrument.Dealing == Dealing.Nav ? leg.Cash : leg.Value) >= leg.Option.Instrument.MinimumOrder;

    /// <summary>The largest amount a budget holds, in whole multiples when the fund wants them. Its charges come out of it, and the units
    /// follow from the NAV; null when it buys none.</summary>
    private static BuyLeg? ByAmount(Book book, int payer, int @class, BuyOption option, Money budget)
    {
        var instrument = option.Instrument;
        var multiple = Math.Max(instrument.OrderMultiple.Amount, Currency.MinorUnit);
        var amount = new Money(Math.Floor(budget.Amount / multiple) * multiple, budget.Currency);
        if (!amount.IsPositive)
        {
            return null;
        }

        // Counted on the amount paid, as the fund house does: so many units of one each are that amount.
        var lines = book.Inputs.Rules.Charges.For(
            instrument, Side.Buy, new Quantity(amount.Amount), new UnitPrice(1m, amount.Currency), book.Inputs.Read.Today, false, Quantity.Zero);
        var charges = lines.Aggregate(Money.Zero(amount.Currency), (sum, line) => sum + line.Amount);
        var units = new Quantity(Math.Max(0m, (amount - charges).Amount) / option.Price.Amount).FlooredTo(instrument.UnitStep);
        return units.IsZero ? null : new BuyLeg(payer, @class, option, units, amount - charges, charges, amount);
    }

    private void Buy(int payer, int @class, BuyOption option, Money budget, bool paidByTransfer = false)
    {
        if (Size(_book, payer, @class, option, budget) is not { } leg)
        {
            var smallest = Money.Max(option.Instrument.MinimumOrder, option.Price * option.Instrument.UnitStep);
            _dropped.Add(new DroppedBuy(@class, new Reason.BelowOneUnit(budget, smallest)));
            return;
        }

        Book(payer, @class, leg, paidByTransfer);
    }

    private void Book(int payer, int @class, BuyLeg leg, bool paidByTransfer)
    {
        _legs.TryGetValue((payer, @class), out var before);
        if (!paidByTransfer)
        {
            _left[payer] -= leg.Committed - (before?.Committed ?? Money.Zero(leg.Committed.Currency));
        }

        var added = _book.Accounts[leg.Option.Account].ToBase(leg.Value - (before?.Value ?? Money.Zero(leg.Value.Currency)));
        _values[@class] += added;
        _total += added;
        _legs[(payer, @class)] = leg;
    }

    /// <summary>The most units whose value, slippage buffer and charges a budget covers.</summary>
    private static Quantity Affordable(BuyOption option, Money budget)
    {
        var instrument = option.Instrument;
        var charges = option.Charges;
        var price = option.Price.Amount * (1m + option.Slippage);
        var units = (budget.Amount - charges.Fixed) / (price * (1m + charges.Rate));
        if (units * price * charges.Rate < charges.Minimum)
        {
            units = (budget.Amount - charges.Fixed - charges.Minimum) / price;
        }

        return units <= 0m ? Quantity.Zero : new Quantity(units).FlooredTo(instrument.UnitStep);
    }

    private static BuyLeg Sized(Book book, int payer, int @class, BuyOption option, Quantity units)
    {
        var value = (option.Price * units).Rounded;
        if (units.IsZero)
        {
            return new BuyLeg(payer, @class, option, units, value, value, value);
        }

        var lines = book.Inputs.Rules.Charges.For(option.Instrument, Side.Buy, units, option.Price, book.Inputs.Read.Today, false, Quantity.Zero);
        var charges = lines.Aggregate(Money.Zero(value.Currency), (sum, line) => sum + line.Amount);
        return new BuyLeg(payer, @class, option, units, value, charges, (value * (1m + option.Slippage)).Rounded + charges);
    }
}
