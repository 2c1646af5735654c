using PerpetualRebalancing.Adapters.Brokers.Paper;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Batches;

/// <summary>Withdrawals and fundings, done by the embedded bank. The bank books a reference once, so a crash between its book and
/// ours is made good by asking again.</summary>
internal sealed class MoneyMoves(Desk desk, PlacingLease lease)
{
    /// <summary>Pays out and sends what a batch's scheduled legs want, as far as the cash is there.</summary>
    public async Task MoveAsync(BatchId id, CancellationToken cancellationToken)
    {
        foreach (var leg in desk.Store.State.Batch(id)?.Legs.Where(l => l.State == LegState.Scheduled && l.Plan.Instrument is null) ?? [])
        {
            if (!await MayMoveAsync(leg, cancellationToken))
            {
                continue;
            }

            var reference = $"{id}/{leg.Plan.Id}";
            if (leg.Plan.Purpose == LegPurpose.Withdraw)
            {
                desk.Bank.Withdraw(leg.Plan.Account, leg.Plan.Value, $"spending of {id}", reference);
                desk.Store.Transact("service", t =>
                {
                    t.Append(new Fact.Withdrawn(id, leg.Plan.Id, leg.Plan.Account, leg.Plan.Value));
                    t.Append(new Fact.LegMoved(id, leg.Plan.Id, LegState.Filled, null, reference, null, "paid out"));
                });
            }
            else
            {
                var transfer = desk.Bank.Send(leg.Plan.Account, leg.Plan.To!, leg.Plan.Value, leg.Plan.Charges, reference);
                desk.Store.Transact("service", t =>
                {
                    t.Append(new Fact.MoneySent(id, leg.Plan.Id, leg.Plan.Account, transfer.Sent, transfer.Fee));
                    t.Append(new Fact.LegMoved(id, leg.Plan.Id, LegState.InTransit, null, reference, null, $"sent on {transfer.SentOn:yyyy-MM-dd}, expected on {transfer.DueOn:yyyy-MM-dd}"));
                });
            }
        }
    }

    /// <summary>Books money that has arrived, also for a batch that was closed before.</summary>
    public void BookArrivals()
    {
        if (desk.Store.State.InTransit.IsEmpty)
        {
            return;
        }

        var transfers = desk.Bank.Transfers();
        foreach (var waiting in desk.Store.State.InTransit)
        {
            var transfer = transfers.FirstOrDefault(t => t.Reference == $"{waiting.Batch}/{waiting.Leg}");
            if (transfer is { State: PaperTransferState.Arrived, Arrived: { } amount })
            {
                desk.Store.Transact("service", t =>
                {
                    t.Append(new Fact.MoneyArrived(waiting.Batch, waiting.Leg, waiting.To, amount, transfer.Rate ?? 1m));
                    if (t.State.Batch(waiting.Batch)?.Leg(waiting.Leg).State == LegState.InTransit)
                    {
                        t.Append(new Fact.LegMoved(waiting.Batch, waiting.Leg, LegState.Arrived, null, null, null, $"{amount} arrived"));
                    }
                });
            }
            else if (transfer is { State: PaperTransferState.Lost })
            {
                desk.Store.Transact("service", t => t.Raise(new Alert(
                    Severity.Critical, "funding", $"{waiting.Batch}/{waiting.Leg}/lost",
                    $"The {waiting.Amount} sent from {waiting.From} to {waiting.To} did not arrive when it was due. Ask the bank; what it was to buy waits for the next plan.")));
            }
        }
    }

    /// <summary>Money leaves only while placing is allowed and the account has it, settled and beside its other claims.</summary>
    private async Task<bool> MayMoveAsync(Leg leg, CancellationToken cancellationToken)
    {
        var state = desk.Store.State;
        if (state.Halt is not null || !desk.Store.Transact("service", t => t.HoldsLease(lease.Token)))
        {
            return false;
        }

        var ledger = state.Accounts[leg.Plan.Account];
        var settled = (await desk.Broker.ReadAsync(leg.Plan.Account, cancellationToken)).Settled;
        return leg.Plan.Purpose == LegPurpose.Withdraw
            ? ledger.Reserve >= leg.Plan.Value && settled >= leg.Plan.Value
            : settled - ledger.Reserved >= leg.Plan.Value + leg.Plan.Charges;
    }
}
