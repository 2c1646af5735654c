namespace PerpetualRebalancing.Domain.Review;

/// <summary>What a sale is for, and how far it may go.</summary>
internal enum SaleGoal
{
    /// <summary>Brings portfolio drift down; never below target, and the proceeds are bought back into underweights.</summary>
    Drift,

    /// <summary>Raises the reserve; may go below target, and nothing is bought.</summary>
    Liquidity,
}
