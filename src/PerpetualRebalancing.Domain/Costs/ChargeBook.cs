using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Costs;

/// <summary>The dated charge schedules of all instruments: what an order costs, exactly and in the smooth form that the engines
/// search with (config/charges/README.md).</summary>
public sealed class ChargeBook
{
    /// <summary>The name of the line that <see cref="ExitLoad"/> makes.</summary>
    public const string ExitLoadName = "exit load";

    private readonly Dictionary<string, ChargeSchedule> _byId;

    /// <summary>Makes the book.</summary>
    /// <param name="schedules">One per id.</param>
    /// <exception cref="ArgumentException">Two schedules have one id, two rates of a charge cover one date, or a charge is counted
    /// on a line that does not stand before it.</exception>
    public ChargeBook(ImmutableArray<ChargeSchedule> schedules)
    {
        foreach (var schedule in schedules)
        {
            foreach (var (index, charge) in schedule.Charges.Index())
            {
                Check(schedule, charge, [.. schedule.Charges.Take(index).Select(before => before.Name)]);
            }
        }

        Schedules = schedules;
        _byId = schedules.ToDictionary(schedule => schedule.Id, StringComparer.Ordinal);
    }

    /// <summary>The schedules, in the order of their files.</summary>
    public ImmutableArray<ChargeSchedule> Schedules { get; }

    /// <summary>The exact charges of an order, each line rounded by itself; lines that come to nothing are left out.</summary>
    /// <param name="instrument">What is traded; names its schedule and its exit load.</param>
    /// <param name="side">Which way.</param>
    /// <param name="quantity">How many units; none cost nothing.</param>
    /// <param name="price">Price or NAV per unit.</param>
    /// <param name="date">The trade date.</param>
    /// <param name="alreadySoldToday">Whether this account sold the instrument on that day before, so that what is charged once a
    /// day is not charged again.</param>
    /// <param name="underExitLoad">How many of the sold units the exit load still applies to.</param>
    /// <exception cref="KeyNotFoundException">There is no such schedule, or it does not cover the date.</exception>
    public ImmutableArray<ChargeLine> For(
        Instrument instrument, Side side, Quantity quantity, UnitPrice price, DateOnly date, bool alreadySoldToday, Quantity underExitLoad)
    {
        var schedule = ScheduleOf(instrument, price);
        if (quantity.IsZero)
        {
            return [];
        }

        var value = (price * quantity).Amount;
        var lines = ImmutableArray.CreateBuilder<ChargeLine>(schedule.Charges.Length + 1);
        foreach (var charge in schedule.Charges)
        {
            var rate = RateOf(schedule, charge, date);
            var isFreeToday = rate.Basis == ChargeBasis.InstrumentDay && alreadySoldToday;
            if (isFreeToday || (charge.Side is { } only && only != side))
            {
                continue;
            }

            var counted = rate.Basis switch
            {
                ChargeBasis.Value => value,
                ChargeBasis.Unit => quantity.Units,
                ChargeBasis.Order or ChargeBasis.InstrumentDay => 1m,
                ChargeBasis.Lines => Sum(lines, rate.Of),
                _ => throw new InvalidOperationException($"The charge {charge.Name} has an unknown basis."),
            };
            Add(charge.Name, rate.Rounded(counted * rate.Rate, value));
        }

        if (side == Side.Sell && instrument.ExitLoad is { } load)
        {
            Add(ExitLoadName, new Money((price * underExitLoad).Amount * load.Rate, schedule.Currency).Rounded.Amount);
        }

        return lines.DrainToImmutable();

        void Add(string name, decimal amount)
        {
            if (amount > 0m)
            {
                lines.Add(new ChargeLine(name, new Money(amount, schedule.Currency)));
            }
        }
    }

    /// <summary>The smooth form of an order's charges, for the first order of the day and without exit load, which depends on the
    /// lots. Rounding is left out, and so are maxima in money (cautious: the estimate is then too high); a share of the
    /// value that limits a charge limits its rate, not its minimum.</summary>
    /// <returns>Within the rounding of the lines and, where a schedule has both a charge with a minimum and others, within those
    /// others' share of a small order (US: 0.2 basis points).</returns>
    /// <exception cref="KeyNotFoundException">There is no such schedule, or it does not cover the date.</exception>
    public ChargeEstimate Estimate(Instrument instrument, Side side, UnitPrice price, DateOnly date) =>
        Estimate(instrument, side, price, date, _ => true);

    /// <summary>The smooth form of some of an order's charges.</summary>
    /// <inheritdoc cref="Estimate(Instrument, Side, UnitPrice, DateOnly)"/>
    /// <param name="instrument">What is traded.</param>
    /// <param name="side">Which way.</param>
    /// <param name="price">Price or NAV per unit.</param>
    /// <param name="date">The trade date.</param>
    /// <param name="counts">Whether a charge of this name counts.</param>
    public ChargeEstimate Estimate(Instrument instrument, Side side, UnitPrice price, DateOnly date, Func<string, bool> counts)
    {
        var schedule = ScheduleOf(instrument, price);
        var parts = new ChargeEstimate[schedule.Charges.Length];
        var sum = default(ChargeEstimate);
        for (var i = 0; i < parts.Length; i++)
        {
            var charge = schedule.Charges[i];
            var rate = RateOf(schedule, charge, date);
            if (charge.Side is null || charge.Side == side)
            {
                parts[i] = Smooth(rate, price.Amount, schedule.Charges, parts);
                sum = counts(charge.Name) ? Plus(sum, parts[i]) : sum;
            }
        }

        return sum;
    }

    /// <summary>What is uncertain in the rates that are in force on a date for some instruments; to be shown with a plan.</summary>
    /// <exception cref="KeyNotFoundException">There is no such schedule, or it does not cover the date.</exception>
    public ImmutableArray<string> Uncertain(IEnumerable<Instrument> instruments, DateOnly date) =>
    [
        .. from id in instruments.Select(instrument => ScheduleOf(instrument).Id).Distinct()
           from charge in _byId[id].Charges
           let rate = RateOf(_byId[id], charge, date)
           where rate.Uncertain is not null
           select $"Charges {id}, {charge.Name}: {rate.Uncertain}",
    ];

    private static ChargeEstimate Smooth(ChargeRate rate, decimal price, ImmutableArray<DatedCharge> charges, ChargeEstimate[] before)
    {
        switch (rate.Basis)
        {
            case ChargeBasis.Value:
            case ChargeBasis.Unit:
                var share = rate.Basis == ChargeBasis.Unit ? rate.Rate / price : rate.Rate;
                return new ChargeEstimate(Math.Min(share, rate.MaximumShare ?? share), 0m, rate.Minimum);
            case ChargeBasis.Lines:
                var on = default(ChargeEstimate);
                for (var i = 0; i < before.Length; i++)
                {
                    // Those that do not stand before are still nothing.
                    on = rate.Of.Contains(charges[i].Name) ? Plus(on, before[i]) : on;
                }

                return new ChargeEstimate(on.Rate * rate.Rate, on.Fixed * rate.Rate, on.Minimum * rate.Rate);
            default:
                return new ChargeEstimate(0m, Math.Max(rate.Rate, rate.Minimum), 0m);
        }
    }

    private static ChargeEstimate Plus(ChargeEstimate left, ChargeEstimate right) =>
        new(left.Rate + right.Rate, left.Fixed + right.Fixed, left.Minimum + right.Minimum);

    private static decimal Sum(ImmutableArray<ChargeLine>.Builder lines, ImmutableArray<string> names)
    {
        var sum = 0m;
        foreach (var line in lines)
        {
            sum += names.Contains(line.Name) ? line.Amount.Amount : 0m;
        }

        return sum;
    }

    private ChargeSchedule ScheduleOf(Instrument instrument, UnitPrice price)
    {
        var schedule = ScheduleOf(instrument);
        return schedule.Currency == price.Currency
            ? schedule
            : throw new InvalidOperationException(
                $"The charge schedule '{schedule.Id}' is in {schedule.Currency} and the price of {instrument.Id} in {price.Currency}; "
                + "name a schedule of the instrument's currency.");
    }

    private ChargeSchedule ScheduleOf(Instrument instrument) => _byId.TryGetValue(instrument.Charges, out var schedule)
        ? schedule
        : throw new KeyNotFoundException(
            $"There is no charge schedule '{instrument.Charges}' for {instrument.Id}; "
            + $"there are {string.Join(", ", Schedules.Select(s => s.Id))}.");

    private static ChargeRate RateOf(ChargeSchedule schedule, DatedCharge charge, DateOnly date) =>
        charge.On(date) ?? throw new KeyNotFoundException(
            $"The charge schedule '{schedule.Id}' has no rate of {charge.Name} on {date:yyyy-MM-dd}; its rates start on "
            + $"{charge.Rates.Min(rate => rate.From):yyyy-MM-dd}. Add the rate of that day to the charge files.");

    private static void Check(ChargeSchedule schedule, DatedCharge charge, ImmutableArray<string> before)
    {
        if (before.Contains(charge.Name))
        {
            throw new ArgumentException($"The charge schedule '{schedule.Id}' has {charge.Name} twice.");
        }

        if (charge.Rates.IsEmpty)
        {
            throw new ArgumentException($"The charge schedule '{schedule.Id}' has no rates of {charge.Name}.");
        }

        foreach (var (index, rate) in charge.Rates.Index())
        {
            if (charge.Rates.Take(index).Any(other => other.Covers(rate.From) || rate.Covers(other.From)))
            {
                throw new ArgumentException(
                    $"The charge schedule '{schedule.Id}' has two rates of {charge.Name} around {rate.From:yyyy-MM-dd}.");
            }

            if (rate.Of.FirstOrDefault(name => !before.Contains(name)) is { } missing)
            {
                throw new ArgumentException(
                    $"The charge schedule '{schedule.Id}' counts {charge.Name} on {missing}, which does not stand before it.");
            }
        }
    }
}
