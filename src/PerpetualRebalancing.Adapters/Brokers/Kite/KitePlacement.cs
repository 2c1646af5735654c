using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Brokers.Kite;

/// <summary>Sends one order, after everything that could make it wait or fail was looked at: until it is sent, whatever goes wrong is
/// known not to be placed.</summary>
internal sealed class KitePlacement(KiteConnection connection, KiteBook book, OutgoingAddressCheck address, string? algoId)
{
    private const string Nothing = "nothing was sent";

    private readonly KiteBands _bands = new(connection, book);

    /// <inheritdoc cref="IBroker.PlaceAsync"/>
    public async Task<PlacementOutcome> PlaceAsync(OrderTicket ticket, CancellationToken cancellationToken)
    {
        string token;
        KiteApi.Placement order;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Instrument(ticket, out var why) is not { } instrument || Order(ticket, instrument, out why) is not { } formed)
            {
                return new PlacementOutcome.Rejected($"{why}; {Nothing}");
            }

            if (await address.ReadAsync(cancellationToken).ConfigureAwait(false) is AddressReading.Blocked blocked)
            {
                return new PlacementOutcome.Waits(blocked.Why, null);
            }

            token = await connection.TokenAsync(cancellationToken).ConfigureAwait(false);
            if (await _bands.InsideAsync(instrument, ticket.Side, formed.Price, cancellationToken).ConfigureAwait(false) is not { } price)
            {
                return new PlacementOutcome.Rejected($"the exchange takes no {ticket.Side} of {ticket.Instrument} at {Canonical.Text(formed.Price)} INR today: it is outside the day's band; {Nothing}");
            }

            order = formed with { Price = price };
            if (ticket.Side == Side.Sell && await ObstacleAsync(instrument, new Quantity(order.Quantity), token, cancellationToken).ConfigureAwait(false) is { } obstacle)
            {
                return obstacle;
            }

            await connection.WaitForMinuteAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (UpstreamException e)
        {
            return e.Fault == UpstreamFault.SignedOut ? new PlacementOutcome.Waits(e.Message, null) : new PlacementOutcome.Rejected($"{e.Message}; {Nothing}");
        }
        catch (StoreException e)
        {
            return new PlacementOutcome.Rejected($"{e.Message} {Nothing}");
        }
        catch (OperationCanceledException)
        {
            return new PlacementOutcome.Rejected($"its caller gave up before; {Nothing}");
        }

        return await SendAsync(ticket, order, token, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What is owned and what of it may be sold.</summary>
    public async Task<ImmutableArray<KiteHolding>> HoldingsAsync(CancellationToken cancellationToken)
    {
        var rows = await connection.AskAsync((api, token) => api.HoldingsAsync(token, cancellationToken), cancellationToken).ConfigureAwait(false);
        var trades = await connection.AskAsync((api, token) => api.TradesAsync(token, cancellationToken), cancellationToken).ConfigureAwait(false);
        return KiteHoldings.Of(book, rows, trades, KiteTime.Day(connection.Time.GetUtcNow()));
    }

    private async Task<PlacementOutcome> SendAsync(OrderTicket ticket, KiteApi.Placement order, string token, CancellationToken cancellationToken)
    {
        try
        {
            var placed = await connection.WithAsync(token, (api, t) => api.PlaceAsync(order, t, cancellationToken)).ConfigureAwait(false);
            return string.IsNullOrWhiteSpace(placed.Id)
                ? new PlacementOutcome.InDoubt("Kite says that the order is registered and gives it no number")
                : new PlacementOutcome.Acknowledged(new BrokerOrder(
                    ticket.ClientKey, ticket.Account, ticket.Instrument, ticket.Side, BrokerOrderState.Open, new Quantity(order.Quantity), [], $"registered as {placed.Id}"));
        }
        catch (UpstreamException e) when (e.Code == KiteApi.NotAuthorised)
        {
            return await AuthorisationAsync(ticket.Instrument, await IsinAsync(ticket.Instrument, cancellationToken).ConfigureAwait(false), order.Quantity, token, cancellationToken).ConfigureAwait(false);
        }
        catch (UpstreamException e) when (e.Code == KiteApi.NotPermitted)
        {
            return new PlacementOutcome.Rejected(
                $"{e.Message}. Register the address that orders come from at developers.kite.trade, and see that the app may place orders");
        }
        catch (UpstreamException e)
        {
            return FaultTable.Placement(e);
        }
    }

    private Instrument? Instrument(OrderTicket ticket, out string why)
    {
        var instrument = book.Instruments.FirstOrDefault(i => i.Id == ticket.Instrument);
        why = instrument switch
        {
            null => $"account {ticket.Account} does not trade {ticket.Instrument}",
            { Dealing: Dealing.Nav } => $"Kite takes no orders for fund units: {ticket.Instrument} must be dealt in by hand",
            _ => KiteBook.Parts(instrument) is null ? $"{ticket.Instrument} has no symbol of the form NSE:NIFTYBEES under symbols.kite" : string.Empty,
        };
        return why.Length == 0 ? instrument : null;
    }

    private KiteApi.Placement? Order(OrderTicket ticket, Instrument instrument, out string why)
    {
        why = string.Empty;
        if (ticket.Size is not OrderSize.Units { Quantity: var quantity, Limit: var limit })
        {
            why = $"{ticket.Instrument} is bought by units, not by amount";
        }
        else if (quantity.IsZero || quantity.Units != decimal.Truncate(quantity.Units))
        {
            why = $"{quantity} units are not whole units above zero";
        }
        else if (limit.Currency != Currency.Inr || limit.Amount % instrument.Tick != 0m)
        {
            why = $"the limit {limit} is no multiple of the tick {instrument.Tick} INR";
        }
        else if (ticket.ClientKey.Length is 0 or > ClientKey.MaxLength || !ticket.ClientKey.All(char.IsAsciiLetterOrDigit))
        {
            why = $"the key '{ticket.ClientKey}' is not 1 to {ClientKey.MaxLength} letters and digits";
        }
        else
        {
            var (exchange, symbol) = KiteBook.Parts(instrument)!.Value;
            return new KiteApi.Placement(exchange, symbol, ticket.Side == Side.Buy ? "BUY" : "SELL", quantity.Units, limit.Amount, ticket.ClientKey, algoId);
        }

        return null;
    }

    // What a sale cannot deliver ends in an auction, at the seller's cost.
    private async Task<PlacementOutcome?> ObstacleAsync(Instrument instrument, Quantity quantity, string token, CancellationToken cancellationToken)
    {
        var holding = (await HoldingsAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(h => h.Instrument == instrument.Id);
        var deliverable = holding?.Deliverable ?? Quantity.Zero;
        if (quantity > deliverable)
        {
            return new PlacementOutcome.Rejected(
                $"only {deliverable} of {holding?.Owned ?? Quantity.Zero} units of {instrument.Id} can be delivered now: the others are pledged, sold today or not in the demat account yet; {Nothing}");
        }

        // Without a standing instruction the depository releases what its owner authorised today. A profile that does not say leaves it to Kite.
        var profile = await connection.ProfileAsync(token, cancellationToken).ConfigureAwait(false);
        return profile.Meta is { DematConsent: "" } && quantity > holding!.Authorised
            ? await AuthorisationAsync(instrument.Id, holding.Isin, quantity.Units, token, cancellationToken).ConfigureAwait(false)
            : null;
    }

    private async Task<string?> IsinAsync(InstrumentId instrument, CancellationToken cancellationToken)
    {
        try
        {
            return book.Instruments.First(i => i.Id == instrument).Isin
                ?? (await HoldingsAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(h => h.Instrument == instrument)?.Isin;
        }
        catch (UpstreamException)
        {
            // Without it there is no link, and the sale waits all the same.
            return null;
        }
    }

    private async Task<PlacementOutcome> AuthorisationAsync(InstrumentId instrument, string? isin, decimal quantity, string token, CancellationToken cancellationToken)
    {
        Uri? link = null;
        var how = "open the link and confirm with the CDSL PIN and OTP";
        try
        {
            if (isin is not null)
            {
                var request = await connection.WithAsync(token, (api, t) => api.AuthoriseAsync(isin, quantity, t, cancellationToken)).ConfigureAwait(false);
                link = new Uri(
                    connection.Site, $"connect/portfolio/authorise/holdings/{Uri.EscapeDataString(connection.Keys.ApiKey)}/{Uri.EscapeDataString(request.RequestId)}");
            }
        }
        catch (UpstreamException)
        {
            // The sale waits all the same; Kite's own pages can authorise it too.
        }

        return new PlacementOutcome.Waits(
            $"the depository must release {Canonical.Text(quantity)} units of {instrument} first: {(link is null ? "authorise them in Kite, under Holdings" : how)}, today", link);
    }
}
