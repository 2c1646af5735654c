using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Adapters.Brokers.Ibkr;

/// <summary>One account at Interactive Brokers: limit orders of the day, in whole shares. Its list of orders is today's; trades are told
/// for seven days, and our key finds both.</summary>
public sealed class IbkrBroker : IBroker
{
    private const int CancelLooks = 4;
    private const int MostPages = 100;

    private readonly Account _account;
    private readonly string _number;
    private readonly IbkrSession _session;
    private readonly IbkrBook _book;
    private readonly IbkrPlacement _placement;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="household">Says which instrument has which contract number (<c>symbols.ibkr</c>).</param>
    /// <param name="account">The one account it serves; its number must be among those of the login.</param>
    /// <param name="session">The login; the caller disposes of it, and several accounts may share it.</param>
    /// <param name="calendars">Say on which day a trade was and when it settles.</param>
    /// <exception cref="ConfigurationException">The account has no number.</exception>
    public IbkrBroker(Household household, Account account, IbkrSession session, CalendarBook calendars)
    {
        _number = account.Number is { Length: > 0 } number ? number : throw new ConfigurationException(
            [$"household.json: account {account.Id}: number: is missing; allowed: what Interactive Brokers calls the account, like U1234567"]);
        (_account, _session) = (account, session);
        _book = new IbkrBook(household, account, _number, calendars, session);
        _placement = new IbkrPlacement(household, account, _number, session, _book);
    }

    /// <inheritdoc/>
    public async Task<SessionState> SessionAsync(AccountId account, CancellationToken cancellationToken)
    {
        Own(account);
        var state = await _session.SessionAsync(cancellationToken).ConfigureAwait(false);
        if (state is not SessionState.Ready)
        {
            return state;
        }

        try
        {
            await _session.RequireAccountAsync(_number, cancellationToken).ConfigureAwait(false);
            return state;
        }
        catch (UpstreamException e)
        {
            return e.Fault == UpstreamFault.SignedOut ? new SessionState.AwaitingLogin(e.Message, _session.LoginPage) : new SessionState.Unusable(e.Message);
        }
    }

    /// <inheritdoc/>
    public async Task<AccountReading> ReadAsync(AccountId account, CancellationToken cancellationToken)
    {
        Own(account);
        await _session.RequirePortfolioAsync(_number, cancellationToken).ConfigureAwait(false);
        await _session.Api.InvalidateAsync(_number, cancellationToken).ConfigureAwait(false);
        var positions = await PositionsAsync(cancellationToken).ConfigureAwait(false);
        var ledger = await _session.Api.LedgerAsync(_number, cancellationToken).ConfigureAwait(false);
        if (!ledger.TryGetValue("BASE", out var all))
        {
            throw Unreadable("its ledger has no BASE row");
        }

        if (!ledger.TryGetValue(_account.Currency.Code, out var cash))
        {
            throw Refused($"account {_number} keeps {string.Join(", ", ledger.Keys.Where(k => k != "BASE").Order(StringComparer.Ordinal))}, and {_account.Id} is in {_account.Currency} in the household file. Convert cash there, or correct the currency");
        }

        if (positions.IsEmpty && all.StockMarketValue != 0m)
        {
            throw Unreadable($"it lists no position, and its ledger counts shares worth {Canonical.Text(all.StockMarketValue)}: they are still being fetched; ask again in a minute");
        }

        // A purchase leaves settled cash at once, and a sale reaches it when it settles: the difference is what sales will still bring.
        var settled = Cash(cash.SettledCash, "settledcash");
        return new AccountReading(account, settled.Floored, (Cash(cash.CashBalance, "cashbalance") - settled).Rounded, Holdings(positions));
    }

    /// <inheritdoc/>
    public Task<PlacementOutcome> PlaceAsync(OrderTicket ticket, CancellationToken cancellationToken)
    {
        Own(ticket.Account);
        return _placement.PlaceAsync(ticket, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<BrokerOrder?> FindAsync(AccountId account, string clientKey, CancellationToken cancellationToken)
    {
        Own(account);
        return (await _book.FindAsync(clientKey, cancellationToken).ConfigureAwait(false))?.Order;
    }

    /// <inheritdoc/>
    /// <remarks>The list of orders is that of today's session. Earlier orders are known by their trades, for seven days; those that were
    /// never filled are not told.</remarks>
    public async Task<ImmutableArray<BrokerOrder>> OrdersAsync(AccountId account, DateOnly sinceTradeDate, CancellationToken cancellationToken)
    {
        Own(account);
        var entries = await _book.EntriesAsync(cancellationToken).ConfigureAwait(false);
        return [.. entries.Select(e => e.Order).Where(o => !o.IsTerminal || o.Fills.IsEmpty || o.Fills[^1].TradeDate >= sinceTradeDate)];
    }

    /// <inheritdoc/>
    public async Task<CancelOutcome> CancelAsync(AccountId account, string clientKey, CancellationToken cancellationToken)
    {
        Own(account);
        try
        {
            if (await _book.FindAsync(clientKey, cancellationToken).ConfigureAwait(false) is not { } found)
            {
                return new CancelOutcome.NotFound();
            }

            if (found.Order.IsTerminal)
            {
                return new CancelOutcome.TooLate(found.Order);
            }

            return found.OrderId is { } id
                ? await CancelAsync(id, clientKey, cancellationToken).ConfigureAwait(false)
                : new CancelOutcome.InDoubt($"{_session.Name}: {clientKey} is known by its trades only, and cannot be named to it");
        }
        catch (UpstreamException e)
        {
            return new CancelOutcome.InDoubt(e.Message);
        }
        catch (OperationCanceledException)
        {
            return new CancelOutcome.InDoubt($"{_session.Name}: whether {clientKey} was taken back was not waited for: its caller gave up");
        }
    }

    private async Task<CancelOutcome> CancelAsync(long orderId, string clientKey, CancellationToken cancellationToken)
    {
        string? refused = null;
        try
        {
            await _session.InBookAsync(
                _number,
                async () =>
                {
                    await _session.Api.CancelAsync(_number, orderId, cancellationToken).ConfigureAwait(false);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (UpstreamException e) when (e.Fault == UpstreamFault.Refused)
        {
            // It may have ended in the meantime: the book says.
            refused = e.Message;
        }

        for (var look = 0; look < CancelLooks; look++)
        {
            if (await _book.FindAsync(clientKey, cancellationToken).ConfigureAwait(false) is { Order: { IsTerminal: true } order })
            {
                return order.State == BrokerOrderState.Cancelled && refused is null ? new CancelOutcome.Cancelled(order) : new CancelOutcome.TooLate(order);
            }

            if (refused is not null)
            {
                return new CancelOutcome.InDoubt(refused);
            }

            await Task.Delay(_session.Pace.Pause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }

        return new CancelOutcome.InDoubt($"{_session.Name}: {clientKey} was asked to be taken back, and the book does not say yet that it was");
    }

    private async Task<ImmutableArray<IbkrApi.Position>> PositionsAsync(CancellationToken cancellationToken)
    {
        var positions = ImmutableArray.CreateBuilder<IbkrApi.Position>();
        for (var page = 0; page < MostPages; page++)
        {
            var rows = await _session.Api.PositionsAsync(_number, page, cancellationToken).ConfigureAwait(false);
            if (rows.IsEmpty)
            {
                return positions.ToImmutable();
            }

            positions.AddRange(rows);
        }

        throw Unreadable($"its positions do not end after {MostPages} pages");
    }

    private ImmutableArray<HoldingReading> Holdings(ImmutableArray<IbkrApi.Position> positions)
    {
        var holdings = ImmutableArray.CreateBuilder<HoldingReading>();
        foreach (var position in positions)
        {
            if (position.AcctId != _number)
            {
                throw Refused($"the position in {position.Conid} is of account {position.AcctId}, asked was {_number}");
            }

            if (position.Units == 0m || _book.Find(position.Conid) is not { } instrument)
            {
                continue;
            }

            if (position.Units is < 0m or > IbkrBook.Largest || position.Currency != instrument.Currency.Code || holdings.Any(h => h.Instrument == instrument.Id))
            {
                throw Refused($"the position in {position.Conid} ({instrument.Id}) is {Canonical.Text(position.Units)} in {position.Currency}: only units that are owned, in {instrument.Currency}, told once, can be counted. Look at it in Client Portal");
            }

            holdings.Add(new HoldingReading(instrument.Id, new Quantity(position.Units)));
        }

        return holdings.ToImmutable();
    }

    private Money Cash(decimal number, string field) => Math.Abs(number) <= IbkrBook.Largest
        ? new Money(number, _account.Currency)
        : throw Unreadable($"{field} is {Canonical.Text(number)}, which is no amount of cash");

    private void Own(AccountId account)
    {
        if (account != _account.Id)
        {
            throw new ArgumentException($"This is the broker of account {_account.Id}, not of {account}.", nameof(account));
        }
    }

    private UpstreamException Unreadable(string what) => new(_session.Name, UpstreamFault.Unreadable, what);

    private UpstreamException Refused(string what) => new(_session.Name, UpstreamFault.Refused, what);
}
