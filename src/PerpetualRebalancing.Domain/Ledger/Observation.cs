using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Ledger;

/// <summary>Compares what accounts report with what the ledger says, and turns the difference into facts: deployable cash is
/// observed, not scheduled (semantics §2).</summary>
public static class Observation
{
    /// <summary>The facts that bring the ledger's cash to what was read: money that came in, or that a person took out.</summary>
    /// <param name="state">What the ledger says.</param>
    /// <param name="readings">What the accounts report, settled and unsettled.</param>
    /// <returns>At most one fact per account; none for an account with an order, or money, that the broker may have moved and the
    /// ledger does not know yet. Units are never explained away: the gates judge them.</returns>
    public static ImmutableArray<Fact> Of(HouseholdState state, ImmutableArray<AccountReading> readings)
    {
        var facts = ImmutableArray.CreateBuilder<Fact>();
        foreach (var reading in readings.Where(r => !IsMoving(state, r.Account)))
        {
            var seen = reading.Settled + reading.Unsettled;
            var known = state.Accounts.TryGetValue(reading.Account, out var ledger) ? ledger.Cash : Money.Zero(seen.Currency);
            var difference = seen - known;
            if (difference.IsPositive)
            {
                facts.Add(new Fact.CashReceived(reading.Account, difference, IncomeKind.Other, "seen in the account"));
            }
            else if (difference.IsNegative)
            {
                facts.Add(new Fact.CashLeft(reading.Account, -difference, "missing from the account"));
            }
        }

        return facts.ToImmutable();
    }

    /// <summary>Whether the broker or a bank may have moved money of an account that the ledger does not know of yet.</summary>
    /// <param name="state">What the ledger says.</param>
    /// <param name="account">Whose.</param>
    public static bool IsMoving(HouseholdState state, AccountId account) => state.InTransit.Any(t => t.To == account)
        || state.Batches.SelectMany(b => b.Legs).Any(l => l.Plan.Account == account && (l.IsAtBroker || l.State == LegState.Submitting));
}
