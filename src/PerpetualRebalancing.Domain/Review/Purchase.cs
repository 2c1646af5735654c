using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>A purchase in tradable units. Amounts are in the currency of the account that trades.</summary>
/// <param name="Payer">Index of the account whose cash it uses; another than the trading one when money is moved first.</param>
/// <param name="Class">Index of the class.</param>
/// <param name="Option">What is bought where.</param>
/// <param name="Units">How many, at the plan's price.</param>
/// <param name="Value">Units at the plan's price; for NAV dealing the amount that is invested.</param>
/// <param name="Charges">Exact lines summed.</param>
/// <param name="Committed">Cash held for it: with slippage buffer and charges.</param>
internal sealed record BuyLeg(int Payer, int Class, BuyOption Option, Quantity Units, Money Value, Money Charges, Money Committed)
{
    /// <summary>What really leaves the account at the plan's price.</summary>
    public Money Cash => Value + Charges;
}

/// <summary>Money that one account sends to another for its purchases.</summary>
/// <param name="Route">From where to where.</param>
/// <param name="Sent">What arrives before conversion, sender's currency.</param>
/// <param name="Fee">What the transfer costs, sender's currency.</param>
/// <param name="Arrives">What should arrive, receiver's currency.</param>
/// <param name="Classes">What it pays for, by class index.</param>
internal sealed record FundLeg(FundingRoute Route, Money Sent, Money Fee, Money Arrives, ImmutableArray<int> Classes);

/// <summary>A leg that was left out, and why.</summary>
internal sealed record DroppedBuy(int Class, Reason Reason);

/// <summary>A purchase whose transfer would be below the route's minimum: its cash can be used elsewhere.</summary>
/// <param name="Account">Index of the sending account.</param>
/// <param name="Class">Index of the class.</param>
/// <param name="Reason">Both numbers.</param>
internal sealed record TransferTooSmall(int Account, int Class, Reason Reason);

/// <summary>What the buy engine answered.</summary>
/// <param name="Legs">In whole tradable units.</param>
/// <param name="Funding">Money to move first.</param>
/// <param name="Ideal">Purchase per class before rounding, base currency.</param>
/// <param name="Levels">The level of the pools that serve each class, fractions.</param>
/// <param name="Spent">Sum of <paramref name="Ideal"/>.</param>
/// <param name="Left">Cash left in each account after legs and fundings, account currency.</param>
/// <param name="Residual">Largest violation of the optimality conditions, a fraction.</param>
/// <param name="Dropped">What was left out.</param>
/// <param name="TooSmall">Transfers below their route's minimum.</param>
/// <param name="Choices">Who could buy what in the end.</param>
internal sealed record Purchase(
    ImmutableArray<BuyLeg> Legs, ImmutableArray<FundLeg> Funding, decimal[] Ideal, decimal[] Levels, decimal Spent, Money[] Left,
    decimal Residual, ImmutableArray<DroppedBuy> Dropped, ImmutableArray<TransferTooSmall> TooSmall, BuyChoices Choices);
