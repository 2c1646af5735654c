using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Domain.WaterFilling;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>How one account would buy one class.</summary>
/// <param name="Account">Index of the account that trades: the receiving one when money must be moved first.</param>
/// <param name="Instrument">The first Buy instrument in declared order that the account can trade.</param>
/// <param name="Price">Its price, in its currency.</param>
/// <param name="Charges">The smooth form of what a purchase costs.</param>
/// <param name="Slippage">Kept back per unit of value, a fraction; zero at NAV.</param>
/// <param name="Route">The funding that pays for it, when the cash is in another account.</param>
internal sealed record BuyOption(int Account, Instrument Instrument, UnitPrice Price, ChargeEstimate Charges, decimal Slippage, FundingRoute? Route)
{
    /// <summary>What one unit takes from the cash, without fixed costs.</summary>
    public decimal UnitCost => Price.Amount * (1m + Slippage) * (1m + Charges.Rate);
}

/// <summary>An account as the engines see it.</summary>
internal sealed record AccountView(
    int Index, Account Account, AccountLedger Ledger, decimal Fx, Money Settled, Money Earmarked, Money Free, Money FreshFree, bool Blocked,
    ImmutableArray<Instrument> ReserveInstruments)
{
    /// <summary>A money amount of this account in base currency.</summary>
    public decimal ToBase(Money money) => money.Amount * Fx;

    /// <summary>A base amount in this account's currency, down to the minor unit.</summary>
    public Money FromBase(decimal amount) => new Money(amount / Fx, Account.Currency).Floored;
}

/// <summary>Policy, state and inputs laid out by index: what the engines calculate on. Amounts without a type are base currency.</summary>
internal sealed class Book
{
    private readonly Dictionary<InstrumentId, Quote> _quotes = [];
    private readonly Dictionary<AccountId, int> _accountIndex = [];
    private readonly BuyOption?[] _options;
    private readonly Drift[] _drifts;

    public Book(Household policy, HouseholdState state, ReviewInputs inputs)
    {
        Policy = policy;
        State = state;
        Inputs = inputs;
        Tax = inputs.Rules.Tax.Open(policy, state, inputs.Read.Today);
        foreach (var quote in inputs.Read.Quotes)
        {
            _quotes.Add(quote.Instrument, quote);
        }

        Targets = policy.Classes.Select(c => c.Target.Fraction).ToArray();
        Accounts = OrderedAccounts().Select((account, index) => View(account, index)).ToArray();
        foreach (var view in Accounts)
        {
            _accountIndex.Add(view.Account.Id, view.Index);
        }

        Declared = policy.Accounts.Select(a => Accounts[IndexOf(a.Id)]).ToArray();
        Values = new decimal[Targets.Length];
        ReserveValue = 0m;
        Value();
        Total = Values.Sum();
        _drifts = Targets.Select((target, c) => Total == 0m ? Drift.Zero - new Drift(target) : new Drift((Values[c] / Total) - target)).ToArray();
        _options = new BuyOption?[Accounts.Length * Targets.Length];
        Offer();
    }

    public Household Policy { get; }

    public HouseholdState State { get; }

    public ReviewInputs Inputs { get; }

    /// <summary>The tax law of today, on top of every member's year so far.</summary>
    public ITaxRules Tax { get; }

    /// <summary>Targets by class, fractions.</summary>
    public decimal[] Targets { get; }

    /// <summary>Core value by class, with what is in transit.</summary>
    public decimal[] Values { get; }

    /// <summary>Receiving accounts of funding routes first, so that their own cash is used before money is moved; then declared order.</summary>
    public AccountView[] Accounts { get; }

    /// <summary>The same accounts in declared order.</summary>
    public AccountView[] Declared { get; }

    /// <summary>Value of all classes.</summary>
    public decimal Total { get; }

    /// <summary>Value of the reserve instruments and of the reserve held as cash.</summary>
    public decimal ReserveValue { get; private set; }

    /// <summary>How an account would buy a class, or null.</summary>
    public BuyOption? Option(int account, int @class) => _options[(account * Targets.Length) + @class];

    /// <summary>Index of an account.</summary>
    public int IndexOf(AccountId id) => _accountIndex[id];

    /// <summary>Index of a class.</summary>
    public int IndexOf(ClassId id)
    {
        for (var i = 0; i < Policy.Classes.Length; i++)
        {
            if (Policy.Classes[i].Id == id)
            {
                return i;
            }
        }

        throw new KeyNotFoundException($"The household has no class '{id}'.");
    }

    /// <summary>The quote of an instrument.</summary>
    /// <exception cref="KeyNotFoundException">There is none: a missing price stops the review.</exception>
    public Quote QuoteOf(InstrumentId id) => _quotes.TryGetValue(id, out var quote)
        ? quote
        : throw new KeyNotFoundException($"There is no price for {id}; without it nothing can be decided.");

    /// <summary>Units that open sales at the broker have still to deliver.</summary>
    public decimal UnitsOnSale(AccountId account, InstrumentId instrument)
    {
        var units = 0m;
        foreach (var batch in State.Batches)
        {
            foreach (var leg in batch.Legs)
            {
                if (leg.IsAtBroker && leg.Plan.IsSale && leg.Plan.Account == account && leg.Plan.Instrument == instrument)
                {
                    units += Math.Max(0m, leg.Plan.Quantity.Units - leg.Filled.Units);
                }
            }
        }

        return units;
    }

    /// <summary>How far a class is off before anything is traded; of nothing its whole target is missing.</summary>
    public Drift DriftOf(int @class) => _drifts[@class];

    /// <summary>A base amount as money.</summary>
    public Money Base(decimal amount) => new(amount, Policy.Base);

    private IEnumerable<Account> OrderedAccounts()
    {
        if (Policy.Routes.IsEmpty)
        {
            return Policy.Accounts;
        }

        var receivers = Policy.Routes.Select(r => r.To).ToHashSet();
        return Policy.Accounts.Where(a => receivers.Contains(a.Id)).Concat(Policy.Accounts.Where(a => !receivers.Contains(a.Id)));
    }

    private AccountView View(Account account, int index)
    {
        var reading = Inputs.Read.Accounts.FirstOrDefault(r => r.Account == account.Id)
            ?? throw new KeyNotFoundException($"Account {account.Id} was not read; without its cash nothing can be decided.");
        var ledger = State.Accounts.TryGetValue(account.Id, out var known)
            ? known
            : AccountLedger.OpenedWith(account.Id, reading.Settled + reading.Unsettled);
        var claims = ledger.Reserved + OpenOrders(account);
        var carried = ledger.Carried + ledger.CarriedProceeds;
        if (Inputs.Read.Kind == ReviewKind.AdHoc)
        {
            claims += carried;
        }

        var free = reading.Settled - claims;
        var proceeds = Inputs.Read.Kind == ReviewKind.AdHoc ? Money.Zero(account.Currency) : ledger.CarriedProceeds;
        var zero = Money.Zero(account.Currency);
        return new AccountView(
            index, account, ledger, Inputs.Read.Fx.Rate(account.Currency, Policy.Base), reading.Settled, claims, Money.Max(free, zero),
            Money.Max(free - proceeds, zero), claims > reading.Settled + Money.Max(reading.Unsettled, zero),
            Policy.Instruments.Where(i => i.IsReserve && i.Accounts.Contains(account.Id)).ToImmutableArray());
    }

    /// <summary>Cash that open purchases and unsent fundings of an account will still take.</summary>
    private Money OpenOrders(Account account)
    {
        var sum = Money.Zero(account.Currency);
        foreach (var leg in State.Batches.SelectMany(b => b.Legs))
        {
            if (leg.IsAtBroker && leg.Plan.IsPurchase && leg.Plan.Account == account.Id)
            {
                sum += Money.Max(leg.Plan.Value + leg.Plan.Charges - leg.Moved - leg.Charges, Money.Zero(account.Currency));
            }
        }

        return sum;
    }

    private void Value()
    {
        foreach (var reading in Inputs.Read.Accounts)
        {
            var view = Accounts[IndexOf(reading.Account)];
            ReserveValue += ExactGrid.Snap(view.ToBase(view.Ledger.Reserve));
            foreach (var holding in reading.Holdings)
            {
                var instrument = Policy.Instrument(holding.Instrument);
                AddValue(instrument, view.ToBase(QuoteOf(instrument.Id).Price * holding.Quantity));
            }
        }

        foreach (var leg in State.Batches.SelectMany(b => b.Legs.Where(l => IsInTransit(b, l))))
        {
            var view = Accounts[IndexOf(leg.Plan.Account)];
            var instrument = Policy.Instrument(leg.Plan.Instrument!);
            var open = view.ToBase(Money.Max(leg.Plan.Value - leg.Moved, Money.Zero(view.Account.Currency)));
            AddValue(instrument, leg.Plan.IsSale ? -open : open);
        }
    }

    /// <summary>An order at the broker, or a purchase whose money is on its way, counts as in transit (semantics §6).</summary>
    private bool IsInTransit(Batch batch, Leg leg) => leg.Plan.Instrument is not null
        && (leg.IsAtBroker || (leg.Plan.WaitsFor is { } funding && leg.State == LegState.Scheduled
            && State.InTransit.Any(t => t.Batch == batch.Id && t.Leg == funding)));

    /// <summary>Adds on the grid on which sums are exact, so that the order of readings cannot matter.</summary>
    private void AddValue(Instrument instrument, decimal value)
    {
        value = ExactGrid.Snap(value);
        if (instrument.Class is { } @class)
        {
            ref var slot = ref Values[IndexOf(@class)];
            slot = Math.Max(0m, slot + value);
        }
        else
        {
            ReserveValue += value;
        }
    }

    private void Offer()
    {
        foreach (var view in Accounts)
        {
            if (view.Blocked)
            {
                continue;
            }

            for (var c = 0; c < Targets.Length; c++)
            {
                _options[(view.Index * Targets.Length) + c] = OwnOption(view, c) ?? RoutedOption(view, c);
            }
        }
    }

    private BuyOption? OwnOption(AccountView view, int @class, FundingRoute? route = null)
    {
        foreach (var instrument in Policy.Instruments)
        {
            if (instrument.Tag == InstrumentTag.Buy && instrument.Class == Policy.Classes[@class].Id && instrument.Accounts.Contains(view.Account.Id))
            {
                var price = QuoteOf(instrument.Id).Price;
                return new BuyOption(
                    view.Index, instrument, price, Inputs.Rules.Charges.Estimate(instrument, Side.Buy, price, Inputs.Read.Today),
                    instrument.Dealing == Dealing.Exchange ? Policy.Limits.SlippageBuffer : 0m, route);
            }
        }

        return null;
    }

    private BuyOption? RoutedOption(AccountView view, int @class)
    {
        foreach (var route in Policy.Routes)
        {
            if (route.From == view.Account.Id && !Accounts[IndexOf(route.To)].Blocked && !State.InTransit.Any(t => t.From == route.From && t.To == route.To)
                && OwnOption(Accounts[IndexOf(route.To)], @class, route) is { } option)
            {
                return option;
            }
        }

        return null;
    }
}
