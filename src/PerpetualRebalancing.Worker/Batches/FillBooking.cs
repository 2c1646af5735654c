using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Worker.Batches;

/// <summary>Books a fill: units, cash, charges, lots, and on the same day the tax that a sale causes.</summary>
internal static class FillBooking
{
    /// <summary>Appends the facts of one fill.</summary>
    public static void Book(StoreTransaction transaction, Household policy, BatchId batch, Leg leg, BrokerFill fill, ReviewInputs inputs)
    {
        var account = policy.Account(leg.Plan.Account);
        var instrument = policy.Instrument(leg.Plan.Instrument!);
        var side = leg.Plan.IsSale ? Side.Sell : Side.Buy;
        var charges = fill.Charges ?? inputs.Rules.Charges.For(instrument, side, fill.Quantity, fill.Price, fill.TradeDate, false, Quantity.Zero);
        if (!leg.Plan.IsSale)
        {
            transaction.Append(new Fact.LegFilled(
                batch, leg.Plan.Id, fill.FillId, account.Id, instrument.Id, Side.Buy, fill.Quantity, fill.Price, charges, fill.TradeDate,
                fill.SettlesOn, [], new LotId($"{account.Id}/{instrument.Id}/{fill.FillId}"), account.Member, Money.Zero(policy.Base))
            {
                NotInCost = TradeCharges.NotInCost(inputs.Rules.Tax.Open(policy, transaction.State, fill.TradeDate), account.Id, charges),
            });
            SpendReserve(transaction, leg, fill, Total(fill, charges));
            Append(transaction, TaxBooking.Purchase(policy, transaction.State, inputs, fill.TradeDate));
            return;
        }

        Append(transaction, TaxReassessment.Of(policy, transaction.State, inputs.Rules.Tax, fill.TradeDate));
        var before = transaction.State;
        var facts = TaxBooking.Sale(policy, before, inputs, new Fact.LegFilled(
            batch, leg.Plan.Id, fill.FillId, account.Id, instrument.Id, Side.Sell, fill.Quantity, fill.Price, charges, fill.TradeDate,
            fill.SettlesOn, Consume(before, policy, account, instrument, fill, charges, inputs), null, account.Member, Money.Zero(policy.Base)));
        Append(transaction, facts);

        var tax = facts.OfType<Fact.LegFilled>().Single().Tax;
        var net = (fill.Price * fill.Quantity).Rounded - Total(fill, charges);
        var inAccount = inputs.Read.Fx.Convert(Money.Max(tax, Money.Zero(policy.Base)), account.Currency).Amount;
        var setAside = Money.Min(net, new Money(Math.Ceiling(inAccount / Currency.MinorUnit) * Currency.MinorUnit, account.Currency));
        Earmark(transaction, account.Id, EarmarkKind.Tax, setAside, $"tax on leg {leg.Plan.Id} of batch {batch}");
        if (leg.Plan.Purpose is LegPurpose.ReserveDraw or LegPurpose.LiquiditySale)
        {
            Earmark(transaction, account.Id, EarmarkKind.Reserve, net - setAside, $"proceeds of leg {leg.Plan.Id} of batch {batch}");
        }
    }

    /// <summary>What the fill takes, in the order of the account's method.</summary>
    private static ImmutableArray<LotPick> Consume(
        HouseholdState state, Household policy, Account account, Instrument instrument, BrokerFill fill, ImmutableArray<ChargeLine> charges,
        ReviewInputs inputs)
    {
        var rules = inputs.Rules.Tax.Open(policy, state, fill.TradeDate);
        var lots = state.Lots.GetValueOrDefault(new Position(account.Id, instrument.Id), []);
        var terms = new SaleTerms(fill.Price, inputs.Read.Fx.Rate(account.Currency, policy.Base), fill.TradeDate)
        {
            ChargesPerUnit = TradeCharges.DeductedPerUnit(rules, account.Id, charges, fill.Quantity),
        };
        var picks = ImmutableArray.CreateBuilder<LotPick>();
        var left = fill.Quantity;
        foreach (var (lot, tax, _) in LotOrder.Of(rules, account, instrument, lots, terms))
        {
            if (left.IsZero)
            {
                break;
            }

            var taken = Quantity.Min(left, lot.Remaining);
            left -= taken;
            picks.Add(LotPick.Of(lot, taken, tax, rules.Bucket(account.Member, tax.Bucket), policy.Base));
        }

        return picks.ToImmutable();
    }

    /// <summary>A reserve top-up spends reserve cash: the reserve changes its form, not its size.</summary>
    private static void SpendReserve(StoreTransaction transaction, Leg leg, BrokerFill fill, Money charges)
    {
        if (leg.Plan.Purpose == LegPurpose.ReserveTopUp)
        {
            var spent = (fill.Price * fill.Quantity).Rounded + charges;
            var claim = transaction.State.Accounts[leg.Plan.Account].Reserve;
            Earmark(transaction, leg.Plan.Account, EarmarkKind.Reserve, -Money.Min(spent, claim), $"leg {leg.Plan.Id} bought a reserve instrument");
        }
    }

    private static Money Total(BrokerFill fill, ImmutableArray<ChargeLine> charges) => charges.Aggregate(Money.Zero(fill.Price.Currency), (sum, line) => sum + line.Amount);

    private static void Append(StoreTransaction transaction, IEnumerable<Fact> facts)
    {
        foreach (var fact in facts)
        {
            transaction.Append(fact);
        }
    }

    private static void Earmark(StoreTransaction transaction, AccountId account, EarmarkKind kind, Money change, string why)
    {
        if (!change.IsZero)
        {
            transaction.Append(new Fact.Earmarked(account, kind, change, why));
        }
    }
}
