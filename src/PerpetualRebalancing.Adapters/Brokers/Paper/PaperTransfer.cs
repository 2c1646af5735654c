using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Adapters.Brokers.Paper;

/// <summary>Where money between two accounts is.</summary>
public enum PaperTransferState
{
    /// <summary>It left and has not arrived.</summary>
    InTransit,

    /// <summary>It is there.</summary>
    Arrived,

    /// <summary>It was due and will never arrive.</summary>
    Lost,
}

/// <summary>Money on its way from one account to another.</summary>
/// <param name="Reference">The sender's name of it.</param>
/// <param name="From">The account it left.</param>
/// <param name="To">The account it goes to.</param>
/// <param name="Sent">What left, without the fee, in the sender's currency.</param>
/// <param name="Fee">What the sender paid on top.</param>
/// <param name="SentOn">By UTC.</param>
/// <param name="DueOn">By UTC.</param>
/// <param name="State">Where it is.</param>
/// <param name="Arrived">What arrived, in the receiver's currency; null before.</param>
/// <param name="Rate">Units of the receiver's currency per unit of the sender's; null before.</param>
public sealed record PaperTransfer(
    string Reference, AccountId From, AccountId To, Money Sent, Money Fee, DateOnly SentOn, DateOnly DueOn, PaperTransferState State,
    Money? Arrived, decimal? Rate);
