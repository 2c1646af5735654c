namespace PerpetualRebalancing.Domain.Tests.WaterFilling;

/// <summary>
/// Monthly plans published by the framework's author: percent of the core portfolio's value before the investment, new money as a
/// percentage of that value, allocations as percent of the new money. He rounds to a rupee multiple and prints two decimals.
/// </summary>
public sealed record AuthorMonth(
    string Id, decimal[] Before, decimal NewMoney, decimal[] Allocation, decimal[] DriftAfter, decimal TotalBefore, decimal TotalAfter)
{
    // Nasdaq 100, Nifty 50, Next 50, Midcap 150, Smallcap 250, Debt, Gold.
    public static readonly decimal[] Targets = [0.40m, 0.20m, 0.10m, 0.10m, 0.05m, 0.05m, 0.10m];

    public static readonly AuthorMonth May = new(
        "May 2026",
        [39.9m, 18.0m, 9.3m, 9.51m, 4.73m, 6.1m, 12.47m],
        2.53m,
        [16.63m, 71.0m, 10.38m, 2.0m, 0m, 0m, 0m],
        [-0.68m, -0.68m, -0.68m, -0.68m, -0.39m, 0.95m, 2.16m],
        3.57m,
        3.10m);

    public static readonly AuthorMonth June = new(
        "June 2026",
        [38.75m, 20.2m, 9.64m, 9.56m, 4.92m, 6.15m, 10.78m],
        2.11m,
        [80.3m, 0m, 7.91m, 11.79m, 0m, 0m, 0m],
        [-0.39m, -0.22m, -0.39m, -0.39m, -0.19m, 1.02m, 0.55m],
        2.13m,
        1.58m);

    public static readonly AuthorMonth July = new(
        "July 2026",
        [39.22m, 19.91m, 9.5m, 9.51m, 4.89m, 6.13m, 10.84m],
        2.22m,
        [59.01m, 8.31m, 16.34m, 16.34m, 0m, 0m, 0m],
        [-0.34m, -0.34m, -0.35m, -0.35m, -0.22m, 1.0m, 0.6m],
        1.97m,
        1.60m);

    /// <summary>Two pools: the foreign one buys the Nasdaq 100 only, the domestic one everything else.</summary>
    public static readonly AuthorMonth August = new(
        "August 2026",
        [38.66m, 19.95m, 9.87m, 9.71m, 4.86m, 5.91m, 11.04m],
        1.61m,
        [85.02m, 4.87m, 0m, 10.11m, 0m, 0m, 0m],
        [-0.6m, -0.29m, -0.28m, -0.29m, -0.21m, 0.81m, 0.86m],
        1.94m,
        1.68m);

    public override string ToString() => Id;
}
