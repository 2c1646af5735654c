using System.Collections.Immutable;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Statements;

/// <summary>A lot as <c>lots list</c> shows it.</summary>
/// <param name="Account">Where it lies.</param>
/// <param name="Instrument">What it is of.</param>
/// <param name="Lot">Its name.</param>
/// <param name="Acquired">When it was acquired.</param>
/// <param name="HeldSince">Since when it counts as held.</param>
/// <param name="Units">What is left of it.</param>
/// <param name="CostPerUnit">The instrument's currency.</param>
/// <param name="Cost">Of all its units, rounded.</param>
/// <param name="Term"><c>long</c>, <c>short</c>, <c>never long</c>, or <c>unknown</c> where the law's table has no row.</param>
/// <param name="LongFrom">The first trade date on which it is long-term; only while it is short-term.</param>
internal sealed record LotRow(
    AccountId Account, InstrumentId Instrument, LotId Lot, DateOnly Acquired, DateOnly HeldSince, Quantity Units, Money CostPerUnit, Money Cost,
    string Term, DateOnly? LongFrom)
{
    /// <summary>The lots of a household, by account and instrument in declared order, each in the order a first-in-first-out sale takes it.</summary>
    public static ImmutableArray<LotRow> Of(Desk desk, Func<Position, bool> shown)
    {
        var (state, today) = (desk.Store.State, desk.LocalDate(desk.Time.GetUtcNow()));
        var rules = desk.ReadRules().Laws.Open(desk.Policy, state, today);
        return [.. Held(desk.Policy, state, shown).Select(lot =>
        {
            var (term, longFrom) = TermOf(rules, desk.Policy.Instrument(lot.Instrument), lot, today);
            var cost = (lot.CostPerUnit * lot.Remaining.Units).Rounded;
            return new LotRow(lot.Account, lot.Instrument, lot.Id, lot.Acquired, lot.HeldSince, lot.Remaining, lot.CostPerUnit, cost, term, longFrom);
        })];
    }

    /// <summary>The lots themselves.</summary>
    public static IEnumerable<TaxLot> Held(Household policy, HouseholdState state, Func<Position, bool> shown) =>
        from account in policy.Accounts
        from instrument in policy.Instruments
        let position = new Position(account.Id, instrument.Id)
        where shown(position)
        from lot in state.Lots.GetValueOrDefault(position, [])
        select lot;

    private static (string Term, DateOnly? LongFrom) TermOf(ITaxRules rules, Instrument instrument, TaxLot lot, DateOnly today)
    {
        try
        {
            // The term does not depend on the price.
            return rules.Assess(lot, instrument, new SaleTerms(new UnitPrice(1m, instrument.Currency), 1m, today)).Term switch
            {
                LotTerm.Long => ("long", null),
                LotTerm.Short s => ("short", s.LongFrom),
                _ => ("never long", null),
            };
        }
        catch (KeyNotFoundException)
        {
            return ("unknown", null);
        }
    }
}
