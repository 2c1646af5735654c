using System.Collections.Immutable;
using System.Text.Json;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>An order: of a leg of ours, or one that an account's broker shows and we did not place.</summary>
/// <param name="Account">At which account.</param>
/// <param name="Batch">Of which batch; null when it is not ours.</param>
/// <param name="Leg">Which leg; null when it is not ours.</param>
/// <param name="ClientKey">The key it was placed with; null before.</param>
/// <param name="What">Side, units and instrument.</param>
/// <param name="State">Ours for a leg, the broker's for another order.</param>
/// <param name="Filled">Units that changed hands.</param>
/// <param name="Note">What is known about it.</param>
internal sealed record OrderRow(
    AccountId Account, BatchId? Batch, LegId? Leg, string? ClientKey, string What, string State, Quantity Filled, string Note)
{
    /// <summary>A leg that becomes, or became, an order.</summary>
    public static OrderRow Of(Batch batch, Leg leg, bool isByHand) => new(
        leg.Plan.Account, batch.Id, leg.Plan.Id, leg.ClientKey,
        $"{(leg.Plan.IsSale ? "sell" : "buy")} {leg.Plan.Quantity} {leg.Plan.Instrument}", isByHand ? $"{leg.State}, by hand" : leg.State.ToString(), leg.Filled, leg.Note);

    /// <summary>An order that somebody else placed.</summary>
    public static OrderRow Of(BrokerOrder order) => new(
        order.Account, null, null, order.ClientKey, $"{order.Side.ToString().ToLowerInvariant()} {order.Ordered} {order.Instrument}", order.State.ToString(), order.Filled,
        $"not ours{(order.Note.Length > 0 ? $": {order.Note}" : "")}");
}

/// <summary>Orders for a person and for a machine.</summary>
internal static class OrdersView
{
    /// <summary>For a machine.</summary>
    public static byte[] Json(ImmutableArray<OrderRow> rows) => JsonSerializer.SerializeToUtf8Bytes(rows, WorkerJson.Default.ImmutableArrayOrderRow);

    /// <summary>For a person.</summary>
    /// <param name="rows">The orders.</param>
    /// <param name="unread">Accounts whose book could not be read, and why.</param>
    public static Page Render(ImmutableArray<OrderRow> rows, ImmutableArray<string> unread)
    {
        var page = new PageWriter("Orders");
        page = rows.IsEmpty
            ? page.Paragraph("No batch is open, and no broker shows an order of today that we did not place.", Tone.Quiet)
            : page.Table(
                [
                    new Column("account"), new Column("batch"), new Column("leg"), new Column("order"), new Column("state"), Column.Number("filled"),
                    new Column("key"), new Column("note", ColumnKind.Prose),
                ],
                rows.Select(r => ImmutableArray.Create<Cell>(
                    r.Account.Value, r.Batch?.Value ?? "-", r.Leg?.Value ?? "-", r.What, new Cell(r.State, r.Batch is null || r.State == nameof(LegState.InDoubt) ? Tone.Bad : Tone.Plain),
                    MoneyFormat.Units(r.Filled), r.ClientKey ?? "-", r.Note)));
        return unread.Aggregate(page, (p, line) => p.Paragraph(line, Tone.Bad)).Page();
    }
}
