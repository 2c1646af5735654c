using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Adapters.Brokers.Paper;

/// <summary>The embedded broker: a stand-in that keeps a book of its own and behaves as a real one does. It deals only in sessions
/// and before cut-offs, fills at the day's price and half a spread, charges every statutory line, settles days later, and
/// never places a second order of a key.</summary>
/// <remarks>It holds nothing but its book, so one may be made for each review, on that review's calendars and charges.</remarks>
public sealed class PaperBroker(PaperBook book, PaperTerms terms) : IBroker
{
    /// <summary>Whether the opening was recorded.</summary>
    public bool IsOpened => book.Transact(pages => pages.IsOpened);

    /// <summary>Records what the household owned at the start, as if it had always been here.</summary>
    /// <returns>False when an opening was recorded before; nothing changes then.</returns>
    public bool OpenWith(OpeningBook opening) => book.Transact(pages =>
    {
        if (!pages.MarkOpened(opening.AsOf))
        {
            return false;
        }

        foreach (var cash in opening.Cash.Where(cash => !cash.Amount.IsZero))
        {
            pages.Add(new PaperCash(
                cash.Account, CashKind.Opening, cash.Account.Value, cash.Amount, opening.AsOf, string.Empty, string.Empty));
        }

        foreach (var lot in opening.Lots.Where(lot => !lot.Remaining.IsZero))
        {
            pages.Add(new PaperLot(0, lot.Account, lot.Instrument, lot.Acquired, lot.Remaining, lot.Acquired, lot.Id.Value));
        }

        return true;
    });

    /// <inheritdoc/>
    public Task<SessionState> SessionAsync(AccountId account, CancellationToken cancellationToken) =>
        Task.FromResult<SessionState>(new SessionState.Ready(null));

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">The price file does not reach the day.</exception>
    /// <exception cref="KeyNotFoundException">The household has no such account.</exception>
    public Task<AccountReading> ReadAsync(AccountId account, CancellationToken cancellationToken) => Today(
        (pages, now) => new PaperAccounts(pages, terms, now).Read(terms.Household.Account(account)), cancellationToken);

    /// <inheritdoc/>
    public async Task<PlacementOutcome> PlaceAsync(OrderTicket ticket, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return new PlacementOutcome.Rejected("not sent: its caller had given up before");
        }

        switch (terms.Rules.For(ticket.Instrument).Fault)
        {
            case PaperFault.Timeout:
                return new PlacementOutcome.InDoubt("the paper broker did not answer in time");
            case PaperFault.Hang:
                await GivenUp(cancellationToken).ConfigureAwait(false);
                return new PlacementOutcome.InDoubt("the paper broker did not answer until its caller gave up");
            case PaperFault.None:
            case PaperFault.LostAnswer:
            default:
                return Place(ticket);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">The price file does not reach the day.</exception>
    public Task<BrokerOrder?> FindAsync(AccountId account, string clientKey, CancellationToken cancellationToken) => Today(
        (pages, now) => pages.Order(clientKey) is { } order && order.Account == account
            ? new PaperDesk(pages, terms, now).View(order)
            : null,
        cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">The price file does not reach the day.</exception>
    public Task<ImmutableArray<BrokerOrder>> OrdersAsync(
        AccountId account, DateOnly sinceTradeDate, CancellationToken cancellationToken) => Today(
        (pages, now) => pages.Orders(account, sinceTradeDate).Select(new PaperDesk(pages, terms, now).View).ToImmutableArray(),
        cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">The price file does not reach the day.</exception>
    public Task<CancelOutcome> CancelAsync(AccountId account, string clientKey, CancellationToken cancellationToken) => Today(
        (pages, now) => new PaperDesk(pages, terms, now).Cancel(account, clientKey), cancellationToken);

    private PlacementOutcome Place(OrderTicket ticket)
    {
        PlacementOutcome outcome;
        try
        {
            outcome = book.Transact(pages => pages.At(terms, now => new PaperDesk(pages, terms, now).Take(ticket)));
        }
        catch (ConfigurationException e)
        {
            // Nothing was written: without a price there is no order.
            return new PlacementOutcome.Rejected(e.Faults[0]);
        }
        catch (StoreException e)
        {
            return new PlacementOutcome.InDoubt(e.Message);
        }

        return outcome is PlacementOutcome.Acknowledged && terms.Rules.For(ticket.Instrument).Fault == PaperFault.LostAnswer
            ? new PlacementOutcome.InDoubt("the paper broker's answer was lost")
            : outcome;
    }

    private Task<T> Today<T>(Func<PaperPages, DateTimeOffset, T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(book.Transact(pages => pages.At(terms, now => work(pages, now))));
    }

    private static async Task GivenUp(CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled)
        {
            return;
        }

        var given = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var _ = cancellationToken.Register(given.SetResult).ConfigureAwait(false);
        await given.Task.ConfigureAwait(false);
    }
}
