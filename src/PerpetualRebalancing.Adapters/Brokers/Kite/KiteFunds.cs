using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Adapters.Brokers.Kite;

/// <summary>Fund units in one folio.</summary>
/// <param name="Isin">Of the scheme.</param>
/// <param name="Folio">Null when Kite does not say.</param>
/// <param name="Name">The scheme's name; may be empty.</param>
/// <param name="Units">How many, pledged ones included.</param>
/// <param name="Pledged">How many of them are pledged.</param>
/// <param name="NavOn">The day of Kite's last NAV; null, as Kite often leaves it out.</param>
public sealed record KiteFundHolding(string Isin, string? Folio, string Name, Quantity Units, Quantity Pledged, DateOnly? NavOn);

/// <summary>A purchase or redemption of fund units that somebody placed with Coin, in the last seven days.</summary>
/// <param name="OrderId">Kite's number of it.</param>
/// <param name="Isin">Of the scheme.</param>
/// <param name="Status">COMPLETE, OPEN, REJECTED, CANCELLED, or another word that may still change.</param>
/// <param name="IsPurchase">Or a redemption.</param>
/// <param name="Amount">Rupees; null when Kite does not say.</param>
/// <param name="Units">Allotted or redeemed; null when Kite does not say.</param>
/// <param name="Price">Per unit; null until it is known.</param>
/// <param name="Folio">Null when Kite does not say.</param>
/// <param name="PlacedOn">In India; null when Kite does not say.</param>
/// <param name="Note">Kite's words about its status; may be empty.</param>
public sealed record KiteFundOrder(
    string OrderId, string Isin, string Status, bool IsPurchase, Money? Amount, Quantity? Units, UnitPrice? Price, string? Folio, DateOnly? PlacedOn, string Note);

/// <summary>A standing purchase of fund units.</summary>
/// <param name="PlanId">Kite's number of it.</param>
/// <param name="Isin">Of the scheme.</param>
/// <param name="Status">ACTIVE, PAUSED, CANCELLED, …</param>
/// <param name="Instalment">Each time.</param>
/// <param name="Frequency">weekly, monthly, …; may be empty.</param>
/// <param name="Next">The day of the next instalment; null when there is none.</param>
public sealed record KiteFundPlan(string PlanId, string Isin, string Status, Money Instalment, string Frequency, DateOnly? Next);

/// <summary>How a scheme is dealt in, for instructions by hand.</summary>
/// <param name="Isin">Of the scheme.</param>
/// <param name="Name">For people.</param>
/// <param name="CanBuy">Whether purchases are taken.</param>
/// <param name="CanRedeem">Whether redemptions are taken.</param>
/// <param name="MinimumPurchase">The smallest first purchase.</param>
/// <param name="MinimumFurther">The smallest further one.</param>
/// <param name="PurchaseMultiple">Purchases are multiples of this.</param>
/// <param name="MinimumRedemption">The fewest units.</param>
/// <param name="Settlement">T1, T3, …</param>
public sealed record KiteScheme(
    string Isin, string Name, bool CanBuy, bool CanRedeem, Money MinimumPurchase, Money MinimumFurther, Money PurchaseMultiple, Quantity MinimumRedemption, string Settlement);

/// <summary>Fund units at Coin: Kite shows them and takes no orders for them.</summary>
/// <param name="connection">Of the account.</param>
public sealed class KiteFunds(KiteConnection connection)
{
    /// <summary>The status of an order whose units were allotted or redeemed.</summary>
    public const string Completed = "COMPLETE";

    /// <summary>What is owned, folio by folio.</summary>
    /// <exception cref="UpstreamException">It cannot be read now.</exception>
    public async Task<ImmutableArray<KiteFundHolding>> HoldingsAsync(CancellationToken cancellationToken) =>
    [
        .. (await connection.AskAsync((api, token) => api.FundHoldingsAsync(token, cancellationToken), cancellationToken).ConfigureAwait(false))
            .Select(r => new KiteFundHolding(
                r.Tradingsymbol, r.Folio, r.Fund ?? string.Empty, KiteBook.Units(r.Quantity, "quantity"), KiteBook.Units(r.PledgedQuantity, "pledged_quantity"),
                KiteTime.DayOf(r.LastPriceDate))),
    ];

    /// <summary>Orders of the last seven days.</summary>
    /// <exception cref="UpstreamException">They cannot be read now.</exception>
    public async Task<ImmutableArray<KiteFundOrder>> OrdersAsync(CancellationToken cancellationToken) =>
        [.. (await connection.AskAsync((api, token) => api.FundOrdersAsync(token, cancellationToken), cancellationToken).ConfigureAwait(false)).Select(Order)];

    /// <summary>One order, of any age.</summary>
    /// <exception cref="UpstreamException">It cannot be read now, or there is none.</exception>
    public async Task<KiteFundOrder> OrderAsync(string orderId, CancellationToken cancellationToken) =>
        Order(await connection.AskAsync((api, token) => api.FundOrderAsync(orderId, token, cancellationToken), cancellationToken).ConfigureAwait(false));

    /// <summary>Standing purchases.</summary>
    /// <exception cref="UpstreamException">They cannot be read now.</exception>
    public async Task<ImmutableArray<KiteFundPlan>> PlansAsync(CancellationToken cancellationToken) =>
    [
        .. (await connection.AskAsync((api, token) => api.FundPlansAsync(token, cancellationToken), cancellationToken).ConfigureAwait(false))
            .Select(r => new KiteFundPlan(r.SipId, r.Tradingsymbol, r.Status, Rupees(r.InstalmentAmount, "instalment_amount"), r.Frequency ?? string.Empty, KiteTime.DayOf(r.NextInstalment))),
    ];

    /// <summary>Every scheme at Coin.</summary>
    /// <exception cref="UpstreamException">The list cannot be read now.</exception>
    public async Task<ImmutableArray<KiteScheme>> SchemesAsync(CancellationToken cancellationToken)
    {
        var answer = await connection.AskAsync((api, token) => api.FundInstrumentsAsync(token, cancellationToken), cancellationToken).ConfigureAwait(false);
        return
        [
            .. new KiteCsv(
                answer, "tradingsymbol", "name", "purchase_allowed", "redemption_allowed", "minimum_purchase_amount", "minimum_additional_purchase_amount",
                "purchase_amount_multiplier", "minimum_redemption_quantity", "settlement_type").Rows
                .Select(r => new KiteScheme(
                    r["tradingsymbol"], r["name"], r.Flag("purchase_allowed"), r.Flag("redemption_allowed"), Rupees(r.Number("minimum_purchase_amount"), "minimum_purchase_amount"),
                    Rupees(r.Number("minimum_additional_purchase_amount"), "minimum_additional_purchase_amount"), Rupees(r.Number("purchase_amount_multiplier"), "purchase_amount_multiplier"),
                    KiteBook.Units(r.Number("minimum_redemption_quantity"), "minimum_redemption_quantity"), r["settlement_type"])),
        ];
    }

    private static KiteFundOrder Order(KiteApi.FundOrder row) => new(
        row.OrderId, row.Tradingsymbol, row.Status,
        row.TransactionType switch { "BUY" => true, "SELL" => false, var other => throw KiteBook.Unreadable($"transaction_type is '{other}'") },
        row.Amount is { } amount ? Rupees(amount, "amount") : null,
        row.Quantity is { } units ? KiteBook.Units(units, "quantity") : null,
        row is { Status: Completed, AveragePrice: > 0m and < 1_000_000_000m and var price } ? new UnitPrice(price, Currency.Inr) : null,
        row.Folio, KiteTime.DayOf(row.OrderTimestamp), row.StatusMessage ?? string.Empty);

    private static Money Rupees(decimal number, string field) => new(KiteBook.Units(number, field).Units, Currency.Inr);
}
