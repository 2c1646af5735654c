using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Brokers.Ibkr;

/// <summary>Sends an order and answers the questions that come back, by the policy of <see cref="IbkrQuestions"/>.</summary>
internal sealed class IbkrPlacement(Household household, Account account, string number, IbkrSession session, IbkrBook book)
{
    private const int MostQuestions = 10;

    private static readonly string[] Taken = ["local order id", "coid", "order id", "duplicate", "already registered"];

    /// <summary>As <see cref="IBroker.PlaceAsync"/>.</summary>
    public async Task<PlacementOutcome> PlaceAsync(OrderTicket ticket, CancellationToken cancellationToken)
    {
        if (WhyNot(ticket) is { } why)
        {
            return new PlacementOutcome.Rejected($"{session.Name}: {why}");
        }

        var isSent = false;
        try
        {
            var outcome = await session.InBookAsync(
                number,
                () =>
                {
                    isSent = true;
                    return SendAsync(ticket, cancellationToken);
                },
                cancellationToken).ConfigureAwait(false);
            return outcome ?? await TakenAsync(ticket, cancellationToken).ConfigureAwait(false);
        }
        catch (UpstreamException e) when (!isSent)
        {
            return e.Fault == UpstreamFault.SignedOut ? new PlacementOutcome.Waits($"not sent: {e.Message}", session.LoginPage) : new PlacementOutcome.Rejected($"not sent: {e.Message}");
        }
        catch (OperationCanceledException) when (!isSent)
        {
            return new PlacementOutcome.Rejected($"{session.Name}: not sent: its caller gave up before");
        }
    }

    /// <summary>Null when the service says that there is an order of the key already.</summary>
    private async Task<PlacementOutcome?> SendAsync(OrderTicket ticket, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await session.Api.PlaceAsync(Body(ticket), cancellationToken).ConfigureAwait(false);
            for (var questions = 1; ; questions++)
            {
                switch (answer)
                {
                    case IbkrApi.OrderAnswer.Placed placed:
                        return new PlacementOutcome.Acknowledged(book.Placed(ticket, placed.Status));
                    case IbkrApi.OrderAnswer.Prompt prompt:
                        return await RefuseAsync(prompt, cancellationToken).ConfigureAwait(false);
                    case IbkrApi.OrderAnswer.Question question when questions <= MostQuestions && IbkrQuestions.IsConfirmed(question.MessageIds):
                        answer = await session.Api.ReplyAsync(question.Id, isConfirmed: true, ticket.ClientKey, cancellationToken).ConfigureAwait(false);
                        break;
                    case IbkrApi.OrderAnswer.Question question:
                        return await DeclineAsync(question, ticket, questions > MostQuestions, cancellationToken).ConfigureAwait(false);
                    default:
                        throw new InvalidOperationException($"{answer} is no answer to an order.");
                }
            }
        }
        catch (UpstreamException e) when (e.Fault == UpstreamFault.Refused && IsTaken(e.Message))
        {
            return null;
        }
        catch (UpstreamException e) when (e.Fault == UpstreamFault.SignedOut)
        {
            return new PlacementOutcome.Waits(e.Message, session.LoginPage);
        }
        catch (UpstreamException e)
        {
            return FaultTable.Placement(e);
        }
    }

    // Without a yes there is no order; the no is sent so that the question does not stand in the way of the next one.
    private async Task<PlacementOutcome> DeclineAsync(IbkrApi.OrderAnswer.Question question, OrderTicket ticket, bool isTooMany, CancellationToken cancellationToken)
    {
        var asked = $"it asked '{question.Text}' ({(question.MessageIds.IsEmpty ? "no known question" : string.Join(", ", question.MessageIds))}){(isTooMany ? $" after {MostQuestions} other questions" : string.Empty)}";
        try
        {
            var answer = await session.Api.ReplyAsync(question.Id, isConfirmed: false, ticket.ClientKey, cancellationToken).ConfigureAwait(false);
            return new PlacementOutcome.InDoubt($"{session.Name}: {asked}; we declined, and it answered {answer switch
            {
                IbkrApi.OrderAnswer.Placed placed => $"with order {placed.OrderId} ({placed.Status})",
                IbkrApi.OrderAnswer.Question again => $"with another question, '{again.Text}'",
                _ => "with a prompt",
            }}");
        }
        catch (UpstreamException e) when (FaultTable.Of(e.Fault).Placement == Knowledge.Unknown)
        {
            return new PlacementOutcome.InDoubt($"{session.Name}: {asked}; we declined, and do not know whether that arrived: {e.Message}");
        }
        catch (UpstreamException)
        {
            return new PlacementOutcome.Rejected($"{session.Name}: {asked}, which nobody may confirm unattended; we declined");
        }
    }

    // The order has a number already: what became of it only the book can say.
    private async Task<PlacementOutcome> RefuseAsync(IbkrApi.OrderAnswer.Prompt prompt, CancellationToken cancellationToken)
    {
        var asked = $"{session.Name}: it asks '{prompt.Text}' about order {prompt.OrderId}";
        if (prompt.Options.FirstOrDefault(o => o is "No" or "Cancel" or "Decline" or "Reject") is not { } no)
        {
            return new PlacementOutcome.InDoubt($"{asked}; none of its options ({string.Join(", ", prompt.Options)}) is a no. Answer it in Client Portal");
        }

        try
        {
            await session.Api.NotifyAsync(prompt, no, cancellationToken).ConfigureAwait(false);
            return new PlacementOutcome.InDoubt($"{asked}; we answered '{no}'. Look in Client Portal what became of the order");
        }
        catch (UpstreamException e)
        {
            return new PlacementOutcome.InDoubt($"{asked}; whether our '{no}' arrived is not known: {e.Message}");
        }
    }

    private async Task<PlacementOutcome> TakenAsync(OrderTicket ticket, CancellationToken cancellationToken)
    {
        const string taken = "it says that there is an order of this key already";
        try
        {
            return await book.FindAsync(ticket.ClientKey, cancellationToken).ConfigureAwait(false) is { } entry
                ? new PlacementOutcome.AlreadyPlaced(entry.Order)
                : new PlacementOutcome.InDoubt($"{session.Name}: {taken}; and the book does not show it");
        }
        catch (UpstreamException e)
        {
            return new PlacementOutcome.InDoubt($"{session.Name}: {taken}; and the book cannot be read: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            return new PlacementOutcome.InDoubt($"{session.Name}: {taken}; and the book was not read: its caller gave up before");
        }
    }

    private string? WhyNot(OrderTicket ticket)
    {
        if (household.Instruments.FirstOrDefault(i => i.Id == ticket.Instrument) is not { } instrument || IbkrBook.Conid(instrument) is null)
        {
            return $"{ticket.Instrument} has no contract number here; give it one in the household file: \"symbols\": {{ \"{IbkrBook.Service}\": \"265598\" }}";
        }

        if (ticket.Size is not OrderSize.Units { Quantity: var quantity, Limit: var limit })
        {
            return $"{ticket.Instrument} trades by units, not by an amount of money";
        }

        if (quantity.IsZero || decimal.Truncate(quantity.Units) != quantity.Units || quantity.FlooredTo(instrument.UnitStep) != quantity)
        {
            return $"{quantity} units of {ticket.Instrument} are not whole shares; only these are taken here";
        }

        if (limit.Currency != account.Currency || limit.Amount % instrument.Tick != 0m)
        {
            return $"a limit of {limit} is not in whole ticks of {Canonical.Text(instrument.Tick)} {account.Currency}";
        }

        return ticket.ClientKey.Length is > 0 and <= 40 && ticket.ClientKey.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? null
            : $"the key '{ticket.ClientKey}' is not 1 to 40 letters, digits and hyphens";
    }

    private IbkrApi.NewOrder Body(OrderTicket ticket)
    {
        var units = (OrderSize.Units)ticket.Size;
        return new IbkrApi.NewOrder(
            number, IbkrBook.Conid(household.Instrument(ticket.Instrument))!.Value, ticket.ClientKey, "LMT", ticket.Side == Side.Buy ? "BUY" : "SELL", "DAY",
            decimal.Truncate(units.Quantity.Units), units.Limit.Amount);
    }

    // What it says about a key that is taken is not documented; reports have it about a local order ID.
    private static bool IsTaken(string message) =>
        Taken.Any(word => message.Contains(word, StringComparison.OrdinalIgnoreCase));
}
