using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;

namespace PerpetualRebalancing.Adapters.Brokers.Paper;

/// <summary>Why an account's cash changed.</summary>
internal enum CashKind
{
    Opening,
    Deposit,
    Withdrawal,
    Buy,
    Sell,
    Sent,
    Fee,
    Arrived,
}

/// <summary>An amount that moved.</summary>
/// <param name="Account">Whose cash.</param>
/// <param name="Kind">Why.</param>
/// <param name="Reference">Unique in its kind.</param>
/// <param name="Amount">Positive came in.</param>
/// <param name="AvailableOn">When what came in can be spent, by the venue's calendar.</param>
/// <param name="Venue">Empty: at once.</param>
/// <param name="Note">For people.</param>
internal sealed record PaperCash(
    AccountId Account, CashKind Kind, string Reference, Money Amount, DateOnly AvailableOn, string Venue, string Note);

/// <summary>Units acquired together.</summary>
internal sealed record PaperLot(
    long Number, AccountId Account, InstrumentId Instrument, DateOnly Acquired, Quantity Remaining, DateOnly AvailableOn, string Source);

/// <summary>An order as the book keeps it; what its columns mean stands in Migrations/001_book.sql.</summary>
internal sealed record PaperOrder(
    string Key, AccountId Account, InstrumentId Instrument, Side Side, BrokerOrderState State, Quantity Ordered, decimal? Limit,
    decimal? Amount, DateOnly PlacedOn, DateOnly Session, bool Waits, decimal Held, string Note)
{
    public bool IsOpen => State is BrokerOrderState.Open or BrokerOrderState.PartlyFilled;
}
