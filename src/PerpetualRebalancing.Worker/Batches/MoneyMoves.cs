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
    /// <summary>Pays out and sends what a batch's scheduled legs want, as far as the cash is there; where no bank is embedded, a person
    /// is asked to.</summary>
    public async Task MoveAsync(BatchId id, CancellationToken cancellationToken)
    {
        if (desk.Bank is not { } bank)
        {
            await AskAsync(id, cancellationToken);
            return;
        }

        foreach (var leg in desk.Store.State.Batch(id)?.Legs.Where(l => l.State is LegState.Scheduled or LegState.Submitting && l.Plan.Instrument is null) ?? [])
        {
            var reference = $"{id}/{leg.Plan.Id}";
            if (desk.Store.State.Halt is not null || (leg.State == LegState.Scheduled && !((IsSent(bank, reference) || await HasMoneyAsync(id, leg, cancellationToken)) && Journal(id, leg))))
            {
                continue;
            }

            if (leg.Plan.Purpose == LegPurpose.Withdraw)
            {
                PayOut(bank, id, leg, reference);
            }
            else
            {
                var transfer = bank.Send(leg.Plan.Account, leg.Plan.To!, leg.Plan.Value, leg.Plan.Charges, reference);
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
        if (desk.Store.State.InTransit.IsEmpty || desk.Bank is not { } bank)
        {
            return;
        }

        var transfers = bank.Transfers();
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
                desk.Store.Transact("service", t => WriteOff(t, waiting));
            }
        }
    }

    /// <summary>Money is moved by a person: the message says how much, from where, to where, and what to type afterwards.</summary>
    private async Task AskAsync(BatchId id, CancellationToken cancellationToken)
    {
        foreach (var leg in desk.Store.State.Batch(id)?.Legs.Where(l => l.State == LegState.Scheduled && l.Plan.Instrument is null) ?? [])
        {
            if (desk.Store.State.Halt is null && await HasMoneyAsync(id, leg, cancellationToken))
            {
                var what = leg.Plan.Purpose == LegPurpose.Withdraw
                    ? $"Pay {leg.Plan.Value} out of {leg.Plan.Account}, and say so with 'money paid {id} {leg.Plan.Id}'."
                    : $"Send {leg.Plan.Value} from {leg.Plan.Account} to {leg.Plan.To}, and say so with 'money sent {id} {leg.Plan.Id}'; what it pays for waits.";
                desk.Store.Transact("service", t => t.Raise(new Alert(Severity.Warning, "money", $"{id}/{leg.Plan.Id}/money", what)));
            }
        }
    }

    /// <summary>Nothing arrived: what it was to pay for is planned again from what is really there, and the way is free for another
    /// transfer. Should the money turn up, it is seen as cash that came in.</summary>
    private static void WriteOff(StoreTransaction transaction, MoneyInTransit lost)
    {
        transaction.Append(new Fact.MoneyArrived(lost.Batch, lost.Leg, lost.To, Money.Zero(transaction.State.Accounts[lost.To].Cash.Currency), 1m));
        foreach (var leg in transaction.State.Batch(lost.Batch)?.Legs ?? [])
        {
            if ((leg.Plan.Id == lost.Leg && leg.State == LegState.InTransit) || (leg.Plan.WaitsFor == lost.Leg && leg.State == LegState.Scheduled))
            {
                transaction.Append(new Fact.LegMoved(lost.Batch, leg.Plan.Id, LegState.Cancelled, null, null, null, $"the money of {lost.Leg} is lost"));
            }
        }

        transaction.Raise(new Alert(
            Severity.Critical, "funding", $"{lost.Batch}/{lost.Leg}/lost",
            $"The {lost.Amount} sent from {lost.From} to {lost.To} did not arrive when it was due. Ask the bank; what it was to buy waits for the next plan."));
    }

    /// <summary>Money leaves an account only when it is there, settled and beside the account's other claims; spending goes out with what
    /// the reserve's sales really brought.</summary>
    private async Task<bool> HasMoneyAsync(BatchId id, Leg leg, CancellationToken cancellationToken)
    {
        var state = desk.Store.State;
        var ledger = state.Accounts[leg.Plan.Account];
        var settled = (await desk.ReadAsync(leg.Plan.Account, cancellationToken)).Settled;
        if (leg.Plan.Purpose != LegPurpose.Withdraw)
        {
            return settled - ledger.Reserved >= leg.Plan.Value + leg.Plan.Charges;
        }

        var isAllThereWillBe = state.Batch(id)!.Legs.Where(l => l.Plan.IsSale && l.Plan.Account == leg.Plan.Account).All(l => l.IsTerminal && desk.IsSettled(l));
        return Payable(ledger, leg).IsPositive && settled >= Payable(ledger, leg) && (ledger.Reserve >= leg.Plan.Value || isAllThereWillBe);
    }

    /// <summary>Whether the bank has a transfer that we do not know of, since the database was restored: it is booked, not sent again.</summary>
    private static bool IsSent(PaperBank bank, string reference) => bank.Transfers().Any(t => t.Reference == reference);

    /// <summary>On disk before the bank hears of it, in the transaction that checks the halt and the placing role.</summary>
    private bool Journal(BatchId id, Leg leg)
    {
        try
        {
            return desk.Store.Transact("service", t =>
            {
                t.RequirePlacing(lease.Token);
                if (t.State.Batch(id)?.Leg(leg.Plan.Id).State != LegState.Scheduled)
                {
                    return false;
                }

                t.Append(new Fact.LegMoved(id, leg.Plan.Id, LegState.Submitting, null, null, t.Now, "on its way to the bank"));
                return true;
            });
        }
        catch (PlacingRefusedException)
        {
            return false;
        }
    }

    private void PayOut(PaperBank bank, BatchId id, Leg leg, string reference)
    {
        // Nothing else spends the reserve while a payment of it is under way, so asking again after a crash asks for the same.
        var amount = Payable(desk.Store.State.Accounts[leg.Plan.Account], leg);
        bank.Withdraw(leg.Plan.Account, amount, $"spending of {id}", reference);
        desk.Store.Transact("service", t =>
        {
            t.Append(new Fact.Withdrawn(id, leg.Plan.Id, leg.Plan.Account, amount));
            t.Append(new Fact.LegMoved(id, leg.Plan.Id, LegState.Filled, null, reference, null, $"{amount} paid out"));
            if (amount < leg.Plan.Value)
            {
                t.Raise(new Alert(
                    Severity.Warning, "withdrawal", $"{id}/{leg.Plan.Id}/short",
                    $"Only {amount} of the {leg.Plan.Value} of spending was paid out of {leg.Plan.Account}: the reserve's sales brought less than planned."));
            }
        });
    }

    /// <summary>What a withdrawal pays out: what was planned, as far as the account's reserve reaches.</summary>
    internal static Money Payable(AccountLedger ledger, Leg leg) => Money.Min(leg.Plan.Value, ledger.Reserve);
}
