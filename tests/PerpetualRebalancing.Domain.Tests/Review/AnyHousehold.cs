using System.Collections.Concurrent;
using FsCheck;
using FsCheck.Fluent;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Tests.Review;

/// <summary>A household made from a number: several accounts, currencies, taxpayers, instruments, lots, costs, reserves and claims.</summary>
internal sealed record HouseholdCase(int Seed, TestHousehold Household)
{
    private readonly Lazy<Plan> _plan = new(() => Household.Plan());

    /// <summary>Its plan, made once.</summary>
    public Plan Plan => _plan.Value;

    public override string ToString() => FormattableString.Invariant($"AnyHousehold.Of({Seed})");
}

/// <summary>Makes households of every shape that a configuration allows, and of a few that only a broken account shows.</summary>
internal sealed class AnyHousehold
{
    private static readonly bool Nightly = Environment.GetEnvironmentVariable("NIGHTLY") == "1";

    // In a build all properties share these, so that each plan is made once.
    private static readonly ConcurrentDictionary<int, HouseholdCase> Shared = [];

    private readonly Random _random;
    private TestHousehold _household;

    private AnyHousehold(int seed)
    {
        _random = new Random(seed);
        _household = TestHousehold.WithTargets(Targets(_random.Next(1, 8)));
    }

    public static Gen<HouseholdCase> Cases { get; } = Nightly
        ? Gen.Choose(0, int.MaxValue - 1).Select(Of)
        : Gen.Choose(0, 2_999).Select(seed => Shared.GetOrAdd(seed, Of));

    public static HouseholdCase Of(int seed) => new(seed, new AnyHousehold(seed).Make());

    private bool Sometimes(double share) => _random.NextDouble() < share;

    private T OneOf<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    private decimal Amount(decimal most) => Math.Round(most * (decimal)_random.NextDouble(), 2);

    private decimal[] Targets(int classes)
    {
        var piles = new decimal[classes];
        for (var i = 0; i < 20; i++)
        {
            piles[_random.Next(classes)] += 0.05m;
        }

        return piles;
    }

    private TestHousehold Make()
    {
        var core = OneOf(0m, 50_000m, 2_000_000m, 30_000_000m);
        Tables();
        Accounts(core);
        Classes(core);
        Reserve(core);
        Routes();
        return Policies(core);
    }

    private void Tables()
    {
        foreach (var (suffix, currency) in new[] { ("", Currency.Inr), ("-usd", Currency.Usd) })
        {
            _household = _household
                .WithCharges("share" + suffix, rate: 0.0011m, roundTo: OneOf(0.01m, 1m), currency: currency)
                .WithCharges("order" + suffix, rate: 0.0003m, @fixed: 20m, currency: currency)
                .WithCharges("least" + suffix, rate: 0.002m, minimum: 15m, currency: currency);
        }

        _household = _household.WithRate(Currency.Usd, OneOf(80m, 85.2375m, 91.07m))
            .WithTax("equity", 12, 0.125m, 0.20m).WithTax("foreign", 24, 0.125m, 0.312m).WithTax("debt", null, 0m, 0.312m);
    }

    private void Accounts(decimal core)
    {
        var count = _random.Next(1, 4);
        for (var i = 0; i < count; i++)
        {
            var currency = i > 0 && Sometimes(0.4) ? Currency.Usd : Currency.Inr;
            var size = core / (currency == Currency.Usd ? 85m : 1m);
            var (reserve, tax) = (Sometimes(0.4) ? Amount(size * 0.05m) : 0m, Sometimes(0.3) ? Amount(size * 0.01m) : 0m);
            var (carried, proceeds) = (Sometimes(0.3) ? Amount(size * 0.01m) : 0m, Sometimes(0.3) ? Amount(size * 0.01m) : 0m);
            var cash = reserve + tax + carried + proceeds + OneOf(0m, 0.01m, Amount(2_000m), Amount(size * 0.02m), Amount(50_000m + (size * 0.4m)));
            if (Sometimes(0.04))
            {
                // Somebody took money out that was claimed.
                cash = Math.Round(cash * 0.3m, 2);
            }

            _household = _household.WithAccount($"a{i}", cash, currency, OneOf("m", "n"), reserve, tax, carried, proceeds);
        }
    }

    private void Classes(decimal core)
    {
        for (var c = 0; c < _household.Targets.Length; c++)
        {
            var value = core * _household.Targets[c] * OneOf(0m, 0.5m, 0.8m, 0.95m, 1m, 1.05m, 1.2m, 1.7m);
            var serial = 0;
            foreach (var account in _household.Accounts)
            {
                if (Sometimes(0.75) || account.Id == "a0")
                {
                    Instrument(c, $"x{c}{(char)('a' + serial++)}", account, value / _household.Accounts.Length, OneOf(InstrumentTag.Buy, InstrumentTag.Buy, InstrumentTag.Buy, InstrumentTag.Hold));
                }

                if (Sometimes(0.2))
                {
                    Instrument(c, $"x{c}{(char)('a' + serial++)}", account, value / 5m, OneOf(InstrumentTag.Sell, InstrumentTag.Hold, InstrumentTag.Buy));
                }
            }
        }
    }

    private void Instrument(int @class, string id, TestAccount account, decimal value, InstrumentTag tag)
    {
        var isDollar = account.Currency == Currency.Usd;
        var isFund = Sometimes(0.4);
        var price = Math.Round(OneOf(1m, 10m, 250m, 4_000m) * (decimal)(0.5 + _random.NextDouble()) / (isDollar ? 20m : 1m), isFund ? 4 : 2) + 0.01m;
        var accounts = string.Join(' ', _household.Accounts.Where(a => a.Id == account.Id || (a.Currency == account.Currency && Sometimes(0.3))).Select(a => a.Id));
        var schedule = OneOf("free", "share", "order", "least") + (isDollar ? "-usd" : string.Empty);
        _household = _household.WithInstrument(
            id, @class, accounts, price, tag, isFund ? 0.001m : 1m, Sometimes(0.2) ? OneOf(100m, 5_000m) : 0m, isFund && Sometimes(0.2) ? 100m : 0m,
            isDollar ? "foreign" : OneOf("equity", "equity", "debt", "free"), schedule, Sometimes(0.1) ? new ExitLoad(0.01m, 365) : null);
        foreach (var holder in accounts.Split(' '))
        {
            Lots(holder, id, value / (isDollar ? 85m : 1m) / price, price, isFund ? 0.001m : 1m);
        }
    }

    private void Lots(string account, string instrument, decimal units, decimal price, decimal step)
    {
        var lots = _random.Next(0, 4);
        for (var i = 0; i < lots; i++)
        {
            var part = Math.Floor(units / lots / step) * step;
            if (part > 0m)
            {
                var cost = Math.Round(price * (decimal)(0.2 + (1.1 * _random.NextDouble())), 4);
                _household = _household.WithLot(account, instrument, part, cost, TestHousehold.Today.AddDays(-_random.Next(1, 1_500)));
            }
        }
    }

    private void Reserve(decimal core)
    {
        foreach (var account in _household.Accounts.Where(_ => Sometimes(0.3)))
        {
            var step = OneOf(1m, 0.001m);
            var price = OneOf(10.51m, 1_033.20m) / (account.Currency == Currency.Usd ? 10m : 1m);
            _household = _household.WithInstrument(
                $"r-{account.Id}", -1, account.Id, price, OneOf(InstrumentTag.Buy, InstrumentTag.Buy, InstrumentTag.Hold), step,
                tax: "equity", charges: OneOf("free", "share") + (account.Currency == Currency.Usd ? "-usd" : string.Empty),
                load: Sometimes(0.3) ? new ExitLoad(0.0025m, 30) : null);
            Lots(account.Id, $"r-{account.Id}", core * 0.03m / price / (account.Currency == Currency.Usd ? 85m : 1m), price, step);
        }
    }

    private void Routes()
    {
        foreach (var from in _household.Accounts)
        {
            foreach (var to in _household.Accounts.Where(a => a != from && Sometimes(0.3)))
            {
                _household = _household.WithRoute(from.Id, to.Id, OneOf(0m, 10m, 500m), OneOf(0m, 0.003m), OneOf(0m, 1_000m, 20_000m));
            }
        }
    }

    private TestHousehold Policies(decimal core)
    {
        var isRetired = Sometimes(0.35);
        var monthly = Sometimes(0.7) ? Amount(core * 0.005m) : 0m;
        var household = _household with
        {
            Phase = isRetired ? Phase.Retirement : Phase.Accumulation,
            Kind = Sometimes(0.12) ? ReviewKind.AdHoc : ReviewKind.Scheduled,
            AllowShortTerm = Sometimes(0.05),
            Slippage = OneOf(0m, 0.003m),
            Surplus = Sometimes(0.2) ? SurplusPolicy.Deploy : SurplusPolicy.Carry,
            Exemption = OneOf(0m, 125_000m),
            Expenses = (monthly, Math.Round(monthly * 0.6m, 2)),
            Sell = new SellPolicy(
                Drift.FromPoints(OneOf(4m, 10m)), Drift.FromPoints(OneOf(0.5m, 2m)), OneOf(1, 3, 6), Sometimes(0.7), OneOf(IncompletePolicy.End, IncompletePolicy.Hold)),
        };
        household = Sometimes(0.5)
            ? household with { Program = new SellProgram.Active(_random.Next(1, household.Sell.Months + 1), new Slot(2026, 3), false) }
            : household;
        household = Sometimes(0.3) ? household.WithTaxDue(household.Accounts[0].Member, Amount(core * 0.02m)) : household;
        return Sometimes(0.15) ? household.After(new Fact.JobLossSet(true)) : household;
    }
}
