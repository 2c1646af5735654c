using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Outside;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Batches;

/// <summary>Works the open batches one step further, as often as it is called: expire, reconcile, sell, move money, buy, let go, close.
/// Only the holder of the placing role runs it.</summary>
internal sealed class BatchRunner(Desk desk, PlacingLease lease)
{
    private readonly OrderReconciliation _reconciliation = new(desk);
    private readonly OrderPlacement _placement = new(desk, lease, new OrderReconciliation(desk));
    private readonly MoneyMoves _money = new(desk, lease);
    private readonly BatchEnd _end = new(desk);
    private readonly Instructions _instructions = new(desk);
    private readonly InstructionMatching _matching = new(desk);

    /// <summary>Takes every open batch as far as it gets now.</summary>
    public async Task AdvanceAsync(CancellationToken cancellationToken)
    {
        _money.BookArrivals();
        await _matching.MatchAsync(cancellationToken);
        foreach (var id in desk.Store.State.Batches.Select(b => b.Id))
        {
            try
            {
                await AdvanceAsync(id, cancellationToken);
            }
            catch (Exception e) when (e is AccountUnreadException or UpstreamException)
            {
                // What needs the account or the price waits; other batches do not.
                Outages.Tell(desk, e);
            }
        }
    }

    private async Task AdvanceAsync(BatchId id, CancellationToken cancellationToken)
    {
        if (_end.Expire(id))
        {
            return;
        }

        // What is at the broker comes first: it may free cash, units, or stop an account.
        await _reconciliation.ReconcileAsync(id, cancellationToken);
        _instructions.AskAfterRestoring(id);
        if (Batch(id) is not { Approved: true })
        {
            return;
        }

        _end.LetGo(id);
        await _placement.PlaceAsync(id, leg => leg.Plan.IsSale, Remaining, cancellationToken);
        if (Batch(id) is { } sold && SalesAreSettled(sold))
        {
            await RouteProceedsAsync(sold, cancellationToken);
        }

        await _money.MoveAsync(id, cancellationToken);
        if (Batch(id) is { } batch && SalesAreSettled(batch))
        {
            await new PurchaseSizing(desk, _placement).PlaceAsync(batch, cancellationToken);
        }

        _instructions.Tell(id);
        _instructions.Chase(id);
        await _end.CloseAsync(id, cancellationToken);
    }

    private Batch? Batch(BatchId id) => desk.Store.State.Batch(id);

    private static Quantity Remaining(Leg leg) => leg.Plan.Quantity - leg.Filled;

    /// <summary>Purchases wait until sales are terminal and their cash is really there (semantics §6).</summary>
    private bool SalesAreSettled(Batch batch) => batch.Legs.Where(l => l.Plan.IsSale).All(leg => leg.IsTerminal && desk.IsSettled(leg));

    /// <summary>The reserve takes its share of the proceeds before anything is bought with them; once, with the sales' last step.</summary>
    private async Task RouteProceedsAsync(Batch batch, CancellationToken cancellationToken)
    {
        var sold = batch.Legs.Where(l => l.Plan.IsSale && !l.Filled.IsZero && l.State != LegState.Reconciled).ToArray();
        if (sold.Length == 0)
        {
            return;
        }

        var inputs = await desk.ReadForAsync([], batch.Slot, batch.Kind, desk.ReadRules().Books, cancellationToken);
        desk.Store.Transact("service", transaction =>
        {
            if (sold.Any(l => l.Plan.Purpose == LegPurpose.Trim))
            {
                Claims.RouteProceeds(transaction, desk.Store.Plan(batch.PlanHash)!.Read(), inputs);
            }

            foreach (var leg in sold)
            {
                transaction.Append(new Fact.LegMoved(batch.Id, leg.Plan.Id, LegState.Reconciled, null, null, null, "its cash is there"));
            }
        });
    }
}
