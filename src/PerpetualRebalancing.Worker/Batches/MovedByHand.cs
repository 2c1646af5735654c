using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Batches;

/// <summary>Records money that a person moved because the plan asked for it: sent on its way, arrived, or paid out.</summary>
internal sealed class MovedByHand(Desk desk)
{
    /// <summary>A funding leg's money has left.</summary>
    /// <param name="batch">The batch's short code, or its first characters, at least four.</param>
    /// <param name="name">Which leg.</param>
    /// <param name="fee">What the sender paid on top; null for what the plan expected.</param>
    /// <param name="by">Who says so.</param>
    public LegAnswer Sent(string batch, string name, Money? fee, string by) => Record(batch, name, LegPurpose.Fund, LegState.Scheduled, by, (transaction, id, leg) =>
    {
        transaction.Append(new Fact.MoneySent(id, leg.Plan.Id, leg.Plan.Account, leg.Plan.Value, fee ?? leg.Plan.Charges));
        transaction.Append(new Fact.LegMoved(id, leg.Plan.Id, LegState.InTransit, null, $"{id}/{leg.Plan.Id}", null, $"sent, says {by}"));
        return $"{leg.Plan.Value} is on its way from {leg.Plan.Account} to {leg.Plan.To}; say 'money arrived {id} {leg.Plan.Id} --amount A' when it is there";
    });

    /// <summary>A funding leg's money is there.</summary>
    /// <param name="batch">The batch's short code, or its first characters, at least four.</param>
    /// <param name="name">Which leg.</param>
    /// <param name="amount">What arrived, in the receiver's currency.</param>
    /// <param name="by">Who says so.</param>
    public LegAnswer Arrived(string batch, string name, Money amount, string by) => Record(batch, name, LegPurpose.Fund, LegState.InTransit, by, (transaction, id, leg) =>
    {
        transaction.Append(new Fact.MoneyArrived(id, leg.Plan.Id, leg.Plan.To!, amount, amount.Amount / leg.Plan.Value.Amount));
        transaction.Append(new Fact.LegMoved(id, leg.Plan.Id, LegState.Arrived, null, null, null, $"{amount} arrived, says {by}"));
        return $"{amount} arrived at {leg.Plan.To}; what it pays for goes on";
    });

    /// <summary>A withdrawal was paid out.</summary>
    /// <param name="batch">The batch's short code, or its first characters, at least four.</param>
    /// <param name="name">Which leg.</param>
    /// <param name="by">Who says so.</param>
    public LegAnswer Paid(string batch, string name, string by) => Record(batch, name, LegPurpose.Withdraw, LegState.Scheduled, by, (transaction, id, leg) =>
    {
        var amount = MoneyMoves.Payable(transaction.State.Accounts[leg.Plan.Account], leg);
        transaction.Append(new Fact.Withdrawn(id, leg.Plan.Id, leg.Plan.Account, amount));
        transaction.Append(new Fact.LegMoved(id, leg.Plan.Id, LegState.Filled, null, null, null, $"{amount} paid out, says {by}"));
        return $"{amount} was paid out of {leg.Plan.Account}";
    });

    private LegAnswer Record(
        string code, string name, LegPurpose purpose, LegState state, string by, Func<StoreTransaction, BatchId, Leg, string> book)
    {
        if (desk.Bank is not null)
        {
            return new LegAnswer(false, "The embedded bank moves this household's money by itself.");
        }

        return desk.Store.Transact(by, transaction =>
        {
            if (transaction.State.BatchOf(code) is not { } batch || batch.LegOf(name) is not { } leg || leg.Plan.Purpose != purpose)
            {
                return new LegAnswer(false, $"No open batch '{code}' has a leg '{name}' that moves money so; 'status' lists them.", IsKnown: false);
            }

            return leg.State == state
                ? new LegAnswer(true, $"{book(transaction, batch.Id, leg)}.")
                : new LegAnswer(false, $"Leg {leg.Plan.Id} of batch {batch.Id} is {leg.State}, not {state}: nothing changed.");
        });
    }
}
