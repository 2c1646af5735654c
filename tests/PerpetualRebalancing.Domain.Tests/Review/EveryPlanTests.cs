using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Tests.Review;

/// <summary>What holds for every plan of every household (semantics §2 to §4), after rounding to tradable units.</summary>
public sealed class EveryPlanTests
{
    [Fact]
    public void Money_is_conserved_in_every_account_to_the_last_paisa() => Property.Holds(AnyHousehold.Cases, given =>
    {
        foreach (var flow in given.Plan.Flows)
        {
            Assert.Equal(0m, flow.Residual.Amount);
            Assert.True(flow.Carried.Amount >= 0m, $"{flow.Account} would be overdrawn by {flow.Carried}");
            Assert.True(flow.ToTaxReserve.Amount >= 0m && flow.Withdrawn.Amount >= 0m && flow.FundedOut.Amount >= 0m, flow.ToString());
            Money[] amounts =
            [
                flow.Proceeds, flow.Purchases, flow.Charges, flow.Withdrawn, flow.FundedOut, flow.ToTaxReserve, flow.ToReserve, flow.Carried,
            ];
            Assert.All(amounts, m => Assert.Equal(m, m.Rounded));
        }
    });

    [Fact]
    public void Every_rupee_that_was_free_is_routed_once() => Property.Holds(AnyHousehold.Cases, given =>
    {
        var plan = given.Plan;
        foreach (var flow in plan.Flows)
        {
            var routed = plan.Routing.Where(r => r.Account == flow.Account && !r.FromProceeds).Sum(r => r.Amount.Amount);
            Assert.Equal(flow.Opening.Amount - flow.Earmarked.Amount, routed);
        }
    });

    [Fact]
    public void No_class_is_both_sold_and_bought() => Property.Holds(AnyHousehold.Cases, given =>
    {
        var plan = given.Plan;
        var sold = plan.Legs.Where(l => l.IsSale && l.Class is not null).Select(l => l.Class);
        Assert.Empty(sold.Intersect(plan.Legs.Where(l => l.Purpose == LegPurpose.Invest).Select(l => l.Class)));
        Assert.All(plan.Classes, c => Assert.True(c.Bought.IsZero || c.Sold.IsZero));
    });

    [Fact]
    public void Nothing_is_bought_above_its_target_but_for_what_flooring_left_unspent() => Property.Holds(AnyHousehold.Cases, given =>
    {
        var household = given.Household with { Surplus = SurplusPolicy.Carry };
        var plan = household.Plan();
        var fx = Fx(household, plan);

        // semantics §3: target × leftover. What a purchase costs is not value either.
        var leftover = plan.Flows.Sum(f => (f.Carried.Amount + f.Charges.Amount) * fx(f.Account)) + Undelivered(plan, fx);
        foreach (var (@class, i) in plan.Classes.Select((c, i) => (c, i)).Where(p => p.c.Bought.IsPositive))
        {
            var above = @class.DriftAfter.Fraction * plan.CoreAfter.Amount;
            Assert.True(above <= (household.Targets[i] * leftover) + 0.05m, $"{@class.Class} ends {above} above target, leftover {leftover}");
        }
    });

    [Fact]
    public void A_drift_sale_leaves_every_class_at_or_above_target() => Property.Holds(AnyHousehold.Cases, given =>
    {
        // What waits for a transfer counts as not bought when the sale is sized, and is bought in the end.
        var household = given.Household with { Routes = [] };
        var plan = household.Plan();
        var fx = Fx(household, plan);

        // The end value was judged before rounding: it moves by a unit of every instrument and what costs were rounded by; and a class
        // that two accounts buy is judged by the dearer one's charges.
        var slack = household.Instruments.Zip(household.Quotes).Sum(p => p.First.UnitStep.Units * p.Second.Price.Amount * (p.First.Currency == Currency.Usd ? 92m : 1m))
            + plan.Legs.Where(l => l.Price is not null).Sum(l => (5m + (0.002m * l.Value.Amount)) * fx(l.Account));
        foreach (var leg in plan.Legs.Where(l => l.Purpose == LegPurpose.Trim))
        {
            var i = int.Parse(leg.Class!.Value[1..], null);
            var below = -plan.Class(i).DriftAfter.Fraction * plan.CoreAfter.Amount;
            Assert.True(plan.Class(i).DriftBefore > Drift.Zero, $"{leg.Class} was not overweight");
            Assert.True(below <= household.Targets[i] * slack, $"{leg.Class} is sold {below} below target, slack {slack}");
        }
    });

    [Fact]
    public void Orders_are_whole_units_of_at_least_the_minimum_and_worth_their_costs() => Property.Holds(AnyHousehold.Cases, given =>
    {
        var policy = given.Household.Policy();
        foreach (var leg in given.Plan.Legs.Where(l => l.Instrument is not null))
        {
            var instrument = policy.Instrument(leg.Instrument!);
            Assert.Equal(0m, leg.Quantity.Units % instrument.UnitStep.Units);
            Assert.False(leg.Quantity.IsZero);
            var order = leg.Value;
            if (leg.IsPurchase && instrument.Dealing == Dealing.Nav)
            {
                order = leg.Value + leg.Charges;
                Assert.Equal(order, order.Rounded);
                Assert.True(instrument.OrderMultiple.IsZero || order.Amount % instrument.OrderMultiple.Amount == 0m, $"{leg.Id}: {order} is no multiple");
                Assert.InRange(leg.Value.Amount - (leg.Price!.Value.Amount * leg.Quantity.Units), 0m, leg.Price.Value.Amount * instrument.UnitStep.Units);
            }
            else
            {
                Assert.Equal((leg.Price!.Value * leg.Quantity).Rounded, leg.Value);
            }

            Assert.True(leg.Purpose == LegPurpose.ReserveDraw || order >= instrument.MinimumOrder, $"{leg.Id}: {order} is below {instrument.MinimumOrder}");
            if (leg.Purpose is LegPurpose.Trim or LegPurpose.LiquiditySale or LegPurpose.Invest)
            {
                var estimate = given.Household.Inputs().Rules.Charges.Estimate(
                    instrument, leg.IsSale ? Domain.Costs.Side.Sell : Domain.Costs.Side.Buy, leg.Price.Value, TestHousehold.Today);
                Assert.True(estimate.FixedPart(leg.Value.Amount) <= policy.Buy.MaximumFixedCostShare * leg.Value.Amount, $"{leg.Id} is not worth its costs");
            }

            Assert.True(!leg.IsPurchase || instrument.Tag == InstrumentTag.Buy);
        }
    });

    [Fact]
    public void Sales_take_a_prefix_of_the_queue_and_obey_the_term_policy() => Property.Holds(AnyHousehold.Cases, given =>
    {
        var household = given.Household;
        foreach (var leg in household.Plan().Legs.Where(l => l.IsSale))
        {
            var queue = household.State().Lots[new Position(leg.Account, leg.Instrument!)];
            Assert.Equal(leg.Quantity.Units, leg.Lots.Sum(p => p.Quantity.Units));
            for (var i = 0; i < leg.Lots.Length; i++)
            {
                Assert.Equal(queue[i].Id, leg.Lots[i].Lot);
                Assert.True(i == leg.Lots.Length - 1 ? leg.Lots[i].Quantity <= queue[i].Remaining : leg.Lots[i].Quantity == queue[i].Remaining);
            }

            if (leg.Purpose != LegPurpose.ReserveDraw && household.Sell.LongTermOnly && !household.AllowShortTerm)
            {
                Assert.DoesNotContain(leg.Lots, p => p.Term is LotTerm.Short);
            }
        }
    });

    [Fact]
    public void The_proof_holds() => Property.Holds(AnyHousehold.Cases, given =>
    {
        var plan = given.Plan;

        // Amounts lie on a grid of 10^-12, which is coarse beside a portfolio of one paisa.
        var tolerance = 1e-15m + (1e-11m / Math.Max(0.01m, plan.CoreAfter.Amount));
        Assert.InRange(plan.Proof.BuyResidual, 0m, tolerance);

        // A fixed cost that comes and goes with the last paisa of a sale is large beside what is left of a portfolio of a few rupees.
        Assert.InRange(plan.Proof.SellResidual, 0m, plan.CoreAfter.Amount < 1_000m ? 1m : 1e-9m);
        if (given.Household.Surplus == SurplusPolicy.Carry)
        {
            Assert.InRange((plan.Proof.Law.Expected - plan.Proof.Law.Achieved).Fraction, -tolerance, tolerance);
            Assert.All(plan.Proof.BuyLevels, l => Assert.True(l.Level.Fraction <= tolerance));
        }
    });

    [Fact]
    public void A_sale_reaches_its_ceiling_before_rounding_or_says_by_how_much_it_falls_short() => Property.Holds(AnyHousehold.Cases, given =>
    {
        var plan = given.Plan;
        if (plan.Program is ProgramStep.Sell sell && !plan.Legs.Any(l => l.Purpose == LegPurpose.LiquiditySale))
        {
            Assert.True(
                plan.Proof.Ideal.Portfolio <= sell.Ceiling || plan.Notices.Any(n => n.Text.Contains("cannot be reached")),
                $"ends at {plan.Proof.Ideal.Portfolio}, ceiling {sell.Ceiling}");
        }
    });

    [Fact]
    public void A_review_without_a_sell_step_or_a_reserve_under_its_floor_sells_nothing_of_the_core() => Property.Holds(AnyHousehold.Cases, given =>
    {
        var plan = given.Plan;
        Assert.Equal(plan.Program is ProgramStep.NotAsked, given.Household.Kind == ReviewKind.AdHoc);
        Assert.False(plan.Program is not ProgramStep.Sell && plan.Legs.Any(l => l.Purpose == LegPurpose.Trim));
        Assert.False(given.Household.Phase == Phase.Accumulation && plan.Legs.Any(l => l.Purpose == LegPurpose.LiquiditySale));
        Assert.False(given.Household.Kind == ReviewKind.AdHoc && plan.Legs.Any(l => l.IsSale || l.Purpose == LegPurpose.Withdraw));
    });

    [Fact]
    public void A_blocked_account_does_nothing() => Property.Holds(AnyHousehold.Cases, given =>
    {
        var plan = given.Plan;
        foreach (var account in given.Household.Accounts)
        {
            var claims = account.Tax + account.Reserve + (given.Household.Kind == ReviewKind.AdHoc ? account.Carried + account.CarriedProceeds : 0m);
            if (claims > account.Cash)
            {
                Assert.DoesNotContain(plan.Legs, l => l.Account.Value == account.Id || l.To?.Value == account.Id);
                Assert.Contains(plan.Notices, n => n.Severity == Severity.Critical && n.Text.Contains($"Account {account.Id} is blocked"));
            }
        }
    });

    [Fact]
    public void A_route_is_used_once_and_what_it_pays_for_waits_for_it() => Property.Holds(AnyHousehold.Cases, given =>
    {
        var plan = given.Plan;
        var fundings = plan.Legs.Where(l => l.Purpose == LegPurpose.Fund).ToArray();
        Assert.Equal(fundings.Length, fundings.Select(f => (f.Account, f.To)).Distinct().Count());
        foreach (var funding in fundings)
        {
            Assert.True(funding.Value >= given.Household.Routes.First(r => r.From == funding.Account && r.To == funding.To).Minimum);
            var waiting = plan.Legs.Where(l => l.WaitsFor == funding.Id).ToArray();
            Assert.All(waiting, w => Assert.Equal(funding.To, w.Account));
        }

        Assert.All(plan.Legs.Where(l => l.WaitsFor is not null), l => Assert.Contains(fundings, f => f.Id == l.WaitsFor));
    });

    [Fact]
    public void The_order_in_which_accounts_holdings_and_prices_were_read_does_not_matter() => Property.Holds(AnyHousehold.Cases, given =>
    {
        var household = given.Household;
        var inputs = household.Inputs();
        var (policy, state) = (household.Policy(), household.State());
        var turned = inputs with
        {
            Read = inputs.Read with
            {
                Accounts = [.. inputs.Read.Accounts.Reverse().Select(a => a with { Holdings = [.. a.Holdings.Reverse()] })],
                Quotes = [.. inputs.Read.Quotes.Reverse()],
            },
        };
        Assert.Equal(DomainJson.Bytes(Decision.Decide(policy, state, inputs)).Text(), DomainJson.Bytes(Decision.Decide(policy, state, turned)).Text());
    });

    private static Func<AccountId, decimal> Fx(TestHousehold household, Plan plan)
    {
        var table = household.Inputs().Read.Fx;
        return account => table.Rate(plan.Flow(account.Value).Opening.Currency, Currency.Inr);
    }

    /// <summary>Money that was sent and that no purchase of the plan uses.</summary>
    private static decimal Undelivered(Plan plan, Func<AccountId, decimal> fx)
    {
        var sent = plan.Legs.Where(l => l.Purpose == LegPurpose.Fund).Sum(l => (l.Value + l.Charges).Amount * fx(l.Account));
        return sent - plan.Legs.Where(l => l.WaitsFor is not null).Sum(l => l.Value.Amount * fx(l.Account));
    }
}
