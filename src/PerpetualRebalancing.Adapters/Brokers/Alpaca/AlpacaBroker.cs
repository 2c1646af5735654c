using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Adapters.Brokers.Alpaca;

/// <summary>One account at Alpaca. Keys do not lapse, so it needs nobody's login. Orders are limit orders of the day, in whole units
/// or parts of them as the instrument's step allows; Alpaca itself refuses a second order of a client key.</summary>
public sealed class AlpacaBroker : IBroker, IDisposable
{
    // How often, and after which wait, the book is asked whether an order was taken back: Alpaca only notes the wish at once.
    private const int CancelReadings = 6;
    private static readonly TimeSpan CancelWait = TimeSpan.FromMilliseconds(400);

    private readonly Household _household;
    private readonly Account _account;
    private readonly AlpacaApi _api;
    private readonly AlpacaBook _book;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="household">Says which instrument has which symbol (<c>alpaca</c>).</param>
    /// <param name="account">The one account it serves; its number, when given, must be the one that answers.</param>
    /// <param name="service">The live or the paper host; the caller disposes of it.</param>
    /// <param name="keyId">The key of this host and account.</param>
    /// <param name="secret">Its secret.</param>
    /// <param name="time">What time it is.</param>
    public AlpacaBroker(Household household, Account account, Upstream service, string keyId, string secret, TimeProvider time)
        : this(household, account, service, keyId, secret, time, AlpacaApi.Permitted())
    {
    }

    internal AlpacaBroker(Household household, Account account, Upstream service, string keyId, string secret, TimeProvider time, RequestLimit limit)
    {
        (_household, _account) = (household, account);
        _api = new AlpacaApi(service, keyId, secret, limit);
        _book = new AlpacaBook(household, account, _api, time);
    }

    /// <inheritdoc/>
    public async Task<SessionState> SessionAsync(AccountId account, CancellationToken cancellationToken)
    {
        Own(account);
        try
        {
            var answer = await AccountAsync(cancellationToken).ConfigureAwait(false);
            return Blocked(answer) is { } why ? new SessionState.Unusable($"{_api.Service.Name}: {why}") : new SessionState.Ready(null);
        }
        catch (UpstreamException e)
        {
            return new SessionState.Unusable(e.Message);
        }
    }

    /// <inheritdoc/>
    /// <remarks>The cash that Alpaca tells counts a sale at once. What sales of the last days bring and has not settled is taken off
    /// it, by the fills and the settlement days that Alpaca tells; it is not deducted by asking for buying power, which lends.</remarks>
    public async Task<AccountReading> ReadAsync(AccountId account, CancellationToken cancellationToken)
    {
        Own(account);
        var answer = await AccountAsync(cancellationToken).ConfigureAwait(false);
        var positions = await _api.PositionsAsync(cancellationToken).ConfigureAwait(false);

        // Read after the cash: a sale in between makes less settled cash of it, never more.
        var unsettled = await _book.UnsettledAsync(cancellationToken).ConfigureAwait(false);
        var cash = new Money(answer.Cash, _account.Currency);
        return new AccountReading(_account.Id, (cash - unsettled).Floored, unsettled.Rounded, Holdings(positions));
    }

    /// <inheritdoc/>
    public async Task<PlacementOutcome> PlaceAsync(OrderTicket ticket, CancellationToken cancellationToken)
    {
        Own(ticket.Account);
        if (await RefusedAsync(ticket, cancellationToken).ConfigureAwait(false) is { } refused)
        {
            return refused;
        }

        try
        {
            return new PlacementOutcome.Acknowledged(_book.View(await _api.PlaceAsync(Body(ticket), cancellationToken).ConfigureAwait(false), []));
        }
        catch (UpstreamException e) when (e is { Fault: UpstreamFault.Refused, Code: AlpacaApi.KeyIsTaken })
        {
            return await TakenAsync(ticket, e, cancellationToken).ConfigureAwait(false);
        }
        catch (UpstreamException e)
        {
            return FaultTable.Placement(e);
        }
    }

    /// <inheritdoc/>
    public Task<BrokerOrder?> FindAsync(AccountId account, string clientKey, CancellationToken cancellationToken)
    {
        Own(account);
        return _book.FindAsync(clientKey, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<BrokerOrder>> OrdersAsync(AccountId account, DateOnly sinceTradeDate, CancellationToken cancellationToken)
    {
        Own(account);
        return _book.OrdersAsync(sinceTradeDate, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<CancelOutcome> CancelAsync(AccountId account, string clientKey, CancellationToken cancellationToken)
    {
        Own(account);
        try
        {
            if (await _api.OrderAsync(clientKey, cancellationToken).ConfigureAwait(false) is not { } before)
            {
                return new CancelOutcome.NotFound();
            }

            if (!AlpacaBook.HasEnded(before))
            {
                await AskToCancelAsync(before.Id, cancellationToken).ConfigureAwait(false);
            }

            for (var reading = 0; reading < CancelReadings; reading++)
            {
                if (await _book.FindAsync(clientKey, cancellationToken).ConfigureAwait(false) is { IsTerminal: true } order)
                {
                    return order.State == BrokerOrderState.Cancelled && !AlpacaBook.HasEnded(before)
                        ? new CancelOutcome.Cancelled(order)
                        : new CancelOutcome.TooLate(order);
                }

                await Task.Delay(CancelWait, cancellationToken).ConfigureAwait(false);
            }

            return new CancelOutcome.InDoubt($"{_api.Service.Name}: {clientKey} was asked to be taken back, and the book does not say yet that it was");
        }
        catch (UpstreamException e)
        {
            return new CancelOutcome.InDoubt(e.Message);
        }
        catch (OperationCanceledException)
        {
            return new CancelOutcome.InDoubt($"{_api.Service.Name}: whether {clientKey} was taken back was not waited for: its caller gave up");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _book.Dispose();
        _api.Dispose();
    }

    private async Task AskToCancelAsync(string orderId, CancellationToken cancellationToken)
    {
        try
        {
            await _api.CancelAsync(orderId, cancellationToken).ConfigureAwait(false);
        }
        catch (UpstreamException e) when (e.Fault == UpstreamFault.Refused)
        {
            // It ended meanwhile: the book says how.
        }
    }

    // Nothing has left yet: whatever is wrong here is known not to be placed.
    private async Task<PlacementOutcome?> RefusedAsync(OrderTicket ticket, CancellationToken cancellationToken)
    {
        try
        {
            return await _book.WhyNotAsync(ticket, cancellationToken).ConfigureAwait(false) is { } why ? new PlacementOutcome.Rejected($"{_api.Service.Name}: {why}") : null;
        }
        catch (UpstreamException e) when (e.Fault == UpstreamFault.SignedOut)
        {
            return new PlacementOutcome.Waits($"not sent: {e.Message}", null);
        }
        catch (UpstreamException e)
        {
            return new PlacementOutcome.Rejected($"not sent: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            return new PlacementOutcome.Rejected($"{_api.Service.Name}: not sent: its caller gave up before");
        }
    }

    // The code is also that of other mistakes, so that the book has to say whether there is an order of the key.
    private async Task<PlacementOutcome> TakenAsync(OrderTicket ticket, UpstreamException refusal, CancellationToken cancellationToken)
    {
        try
        {
            if (await _book.FindAsync(ticket.ClientKey, cancellationToken).ConfigureAwait(false) is { } order)
            {
                return new PlacementOutcome.AlreadyPlaced(order);
            }

            return refusal.Message.Contains("client_order_id", StringComparison.Ordinal)
                ? new PlacementOutcome.InDoubt($"{refusal.Message}; and the book does not show an order of that key")
                : FaultTable.Placement(refusal);
        }
        catch (UpstreamException e)
        {
            return new PlacementOutcome.InDoubt($"{refusal.Message}; and the book cannot be read: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            return new PlacementOutcome.InDoubt($"{refusal.Message}; and the book was not read: its caller gave up before");
        }
    }

    private AlpacaApi.NewOrder Body(OrderTicket ticket)
    {
        var units = (OrderSize.Units)ticket.Size;
        return new AlpacaApi.NewOrder(
            _household.Instrument(ticket.Instrument).Symbols[AlpacaBook.Service], Canonical.Text(units.Quantity.Units),
            ticket.Side == Side.Buy ? "buy" : "sell", "limit", "day", Canonical.Text(units.Limit.Amount), ticket.ClientKey);
    }

    private async Task<AlpacaApi.Account> AccountAsync(CancellationToken cancellationToken)
    {
        var answer = await _api.AccountAsync(cancellationToken).ConfigureAwait(false);
        if (_account.Number is { } number && answer.AccountNumber != number)
        {
            throw Refused($"these keys belong to account {answer.AccountNumber}, and {_account.Id} is {number} in the household file. Set the keys of that account, or correct the number");
        }

        if (Math.Abs(answer.Cash) > AlpacaBook.Largest)
        {
            throw new UpstreamException(_api.Service.Name, UpstreamFault.Unreadable, $"the account's cash cannot be {Canonical.Text(answer.Cash)}");
        }

        return answer.Currency == _account.Currency.Code
            ? answer
            : throw Refused($"account {answer.AccountNumber} is kept in {answer.Currency}, and {_account.Id} in {_account.Currency} in the household file");
    }

    private ImmutableArray<HoldingReading> Holdings(ImmutableArray<AlpacaApi.Position> positions)
    {
        var holdings = ImmutableArray.CreateBuilder<HoldingReading>();
        foreach (var position in positions)
        {
            if (_book.Find(position.Symbol) is not { } instrument)
            {
                continue;
            }

            if (position.Side != "long" || position.Qty is < 0m or > AlpacaBook.Largest || holdings.Any(h => h.Instrument == instrument.Id))
            {
                throw Refused($"the position in {position.Symbol} is {Canonical.Text(position.Qty)} ({position.Side}): only units that are owned, told once, can be counted. Close a short one by hand");
            }

            holdings.Add(new HoldingReading(instrument.Id, new Quantity(position.Qty)));
        }

        return holdings.ToImmutable();
    }

    private static string? Blocked(AlpacaApi.Account answer) => answer switch
    {
        { Status: not "ACTIVE" } => $"the account is {answer.Status}, not ACTIVE: see its page at Alpaca",
        { AccountBlocked: true } => "the account is blocked: ask Alpaca why",
        { TradingBlocked: true } => "trading is blocked for the account: ask Alpaca why",
        { TradeSuspendedByUser: true } => "trading is suspended by the account's owner: allow it again in its settings at Alpaca",
        _ => null,
    };

    private void Own(AccountId account)
    {
        if (account != _account.Id)
        {
            throw new InvalidOperationException($"This broker serves {_account.Id}, not {account}.");
        }
    }

    private UpstreamException Refused(string what) => new(_api.Service.Name, UpstreamFault.Refused, what);
}
