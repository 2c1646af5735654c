using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Vault;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Adapters.Brokers.Kite;

/// <summary>One account at Zerodha. Its order book lives for a day, its logins until six in the morning, and its orders must come from
/// a registered address. Our key is a tag there, which Kite does not hold to be unique: the book is asked, never trusted to refuse.</summary>
public sealed class KiteBroker : IBroker
{
    // Kite answers a cancellation before the exchange does.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);
    private const int Looks = 4;

    private readonly KiteConnection _connection;
    private readonly KiteBook _book;
    private readonly KitePlacement _placement;

    /// <summary>Asks nothing yet.</summary>
    /// <param name="household">Its instruments: <c>symbols.kite</c> is exchange, colon, trading symbol.</param>
    /// <param name="connection">Of the account.</param>
    /// <param name="calendars">Say when a trade settles.</param>
    /// <param name="address">Must be a registered one before each order.</param>
    /// <param name="algoId">The exchange's number of our algorithm, when one was given.</param>
    /// <exception cref="ConfigurationException">The account is not in rupees.</exception>
    public KiteBroker(Household household, KiteConnection connection, CalendarBook calendars, OutgoingAddressCheck address, string? algoId = null)
    {
        if (connection.Account.Currency != Currency.Inr)
        {
            throw new ConfigurationException([$"household.json: account {connection.Account.Id}: is in {connection.Account.Currency.Code}; allowed: INR, as Kite has no other currency"]);
        }

        _connection = connection;
        _book = new KiteBook(household, connection.Account, calendars);
        _placement = new KitePlacement(connection, _book, address, algoId);
    }

    /// <inheritdoc/>
    public async Task<SessionState> SessionAsync(AccountId account, CancellationToken cancellationToken)
    {
        Require(account);
        try
        {
            if (_connection.Token is VaultReading.Found found)
            {
                await _connection.ProfileAsync(found.Value, cancellationToken).ConfigureAwait(false);
                return new SessionState.Ready(found.Expires);
            }

            return new SessionState.AwaitingLogin(_connection.AwaitingLogin, null);
        }
        catch (UpstreamException e)
        {
            return e.Fault == UpstreamFault.SignedOut ? new SessionState.AwaitingLogin(e.Message, null) : new SessionState.Unusable(e.Message);
        }
    }

    /// <inheritdoc/>
    public async Task<AccountReading> ReadAsync(AccountId account, CancellationToken cancellationToken)
    {
        Require(account);
        var margins = await _connection.AskAsync((api, token) => api.MarginsAsync(token, cancellationToken), cancellationToken).ConfigureAwait(false);
        var orders = await _connection.AskAsync((api, token) => api.OrdersAsync(token, cancellationToken), cancellationToken).ConfigureAwait(false);
        var units = (await HoldingsAsync(cancellationToken).ConfigureAwait(false)).Where(h => !h.Owned.IsZero).Select(h => new HoldingReading(h.Instrument, h.Owned));
        var funds = _book.Instruments.Any(i => i.Dealing == Dealing.Nav)
            ? KiteHoldings.Of(_book, await _connection.AskAsync((api, token) => api.FundHoldingsAsync(token, cancellationToken), cancellationToken).ConfigureAwait(false))
            : [];

        // The balance counts what is pledged, which buys nothing for delivery, and no longer what open purchases hold.
        var held = orders.Where(IsOurOpenPurchase).Aggregate(
            Money.Zero(Currency.Inr), (sum, o) => sum + (_book.Price(o.Price, "price") * (KiteBook.Units(o.Quantity, "quantity") - KiteBook.Units(o.FilledQuantity, "filled_quantity"))));
        var settled = _book.Cash(margins.Available.LiveBalance, "live_balance") - _book.Cash(margins.Available.Collateral, "collateral") + held;
        return new AccountReading(
            account, settled.Rounded, _book.Cash(margins.Utilised.Delivery, "delivery").Rounded, [.. units, .. funds]);
    }

    /// <summary>The units of the account's exchange-traded instruments, with what of them may be sold now.</summary>
    /// <exception cref="UpstreamException">They cannot be read now.</exception>
    public Task<ImmutableArray<KiteHolding>> HoldingsAsync(CancellationToken cancellationToken) => _placement.HoldingsAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<PlacementOutcome> PlaceAsync(OrderTicket ticket, CancellationToken cancellationToken)
    {
        Require(ticket.Account);
        return _placement.PlaceAsync(ticket, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Looks only at today's book: on a later day no key is found.</remarks>
    public async Task<BrokerOrder?> FindAsync(AccountId account, string clientKey, CancellationToken cancellationToken)
    {
        Require(account);
        return (await RowAsync(clientKey, cancellationToken).ConfigureAwait(false))?.Order;
    }

    /// <inheritdoc/>
    /// <remarks>Kite's book has today's orders only; earlier ones are not returned, whatever day is asked for.</remarks>
    public async Task<ImmutableArray<BrokerOrder>> OrdersAsync(AccountId account, DateOnly sinceTradeDate, CancellationToken cancellationToken)
    {
        Require(account);
        var rows = await RowsAsync(cancellationToken).ConfigureAwait(false);
        return sinceTradeDate > KiteTime.Day(_connection.Time.GetUtcNow()) ? [] : [.. rows.Select(r => r.Order)];
    }

    /// <inheritdoc/>
    public async Task<CancelOutcome> CancelAsync(AccountId account, string clientKey, CancellationToken cancellationToken)
    {
        Require(account);
        try
        {
            if (await RowAsync(clientKey, cancellationToken).ConfigureAwait(false) is not { } found)
            {
                return new CancelOutcome.NotFound();
            }

            if (found.Order.IsTerminal)
            {
                return new CancelOutcome.TooLate(found.Order);
            }

            return await CancelAsync(found.Row, clientKey, cancellationToken).ConfigureAwait(false);
        }
        catch (UpstreamException e)
        {
            return new CancelOutcome.InDoubt(e.Message);
        }
        catch (OperationCanceledException)
        {
            return new CancelOutcome.InDoubt("its caller gave up before the book showed what became of the order");
        }
    }

    private async Task<CancelOutcome> CancelAsync(KiteApi.Order row, string clientKey, CancellationToken cancellationToken)
    {
        string? refused = null;
        try
        {
            await _connection.WaitForMinuteAsync(cancellationToken).ConfigureAwait(false);
            await _connection.AskAsync((api, token) => api.CancelAsync(row.Variety ?? "regular", row.OrderId, token, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (UpstreamException e) when (e.Fault == UpstreamFault.Refused)
        {
            // It may have ended in the meantime: the book says.
            refused = e.Message;
        }

        for (var look = 0; look < Looks; look++)
        {
            if (await RowAsync(clientKey, cancellationToken).ConfigureAwait(false) is { Order: { IsTerminal: true } order })
            {
                return order.State == BrokerOrderState.Cancelled ? new CancelOutcome.Cancelled(order) : new CancelOutcome.TooLate(order);
            }

            if (refused is not null)
            {
                return new CancelOutcome.InDoubt(refused);
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }

        return new CancelOutcome.InDoubt("Kite took the cancellation, and its book does not show the order cancelled yet");
    }

    private async Task<(KiteApi.Order Row, BrokerOrder Order)?> RowAsync(string clientKey, CancellationToken cancellationToken) =>
        (await RowsAsync(cancellationToken).ConfigureAwait(false)).Where(r => KiteBook.Carries(r.Row, clientKey)).ToArray() switch
        {
            [] => null,
            [var one] => (one.Row, one.Order with { ClientKey = clientKey }),
            var several => throw KiteBook.Unreadable(
                $"{several.Length} orders carry the tag {clientKey} ({string.Join(", ", several.Select(s => s.Row.OrderId))}); a person must look which of them is ours"),
        };

    private async Task<ImmutableArray<(KiteApi.Order Row, BrokerOrder Order)>> RowsAsync(CancellationToken cancellationToken)
    {
        // Trades after orders: what is filled in between shows as partly filled, and never as ended with trades missing.
        var orders = await _connection.AskAsync((api, token) => api.OrdersAsync(token, cancellationToken), cancellationToken).ConfigureAwait(false);
        var trades = await _connection.AskAsync((api, token) => api.TradesAsync(token, cancellationToken), cancellationToken).ConfigureAwait(false);
        var now = _connection.Time.GetUtcNow();
        return [.. orders.Select(o => (o, _book.Order(o, trades, now)))];
    }

    private static bool IsOurOpenPurchase(KiteApi.Order row) => row is { TransactionType: "BUY", Product: "CNC", Status: not ("COMPLETE" or "CANCELLED" or "REJECTED") }
        && row.Quantity > row.FilledQuantity && row.Tag is { } tag && tag.StartsWith("PR", StringComparison.Ordinal);

    private void Require(AccountId account)
    {
        if (account != _connection.Account.Id)
        {
            throw new ArgumentException($"This is the broker of account {_connection.Account.Id}, not of {account}.", nameof(account));
        }
    }
}
