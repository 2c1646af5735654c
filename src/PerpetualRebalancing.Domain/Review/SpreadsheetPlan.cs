using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.WaterFilling;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>Where new money would go, for someone who only has a spreadsheet: forward water-filling (semantics §3) of money amounts,
/// without units, costs or taxes. Nothing is ever sold.</summary>
/// <param name="Currency">Of every amount.</param>
/// <param name="ValueBefore">Value of all classes before.</param>
/// <param name="Cash">Cash of all pools.</param>
/// <param name="Spent">What is bought; with <paramref name="Carried"/> it is the cash to the last minor unit.</param>
/// <param name="Carried">What cannot be placed without buying above target.</param>
/// <param name="Classes">In declared order.</param>
/// <param name="Pools">In declared order.</param>
/// <param name="Residual">Largest violation of the optimality conditions before rounding, a fraction; 0 is exact.</param>
/// <param name="Law">The law of buy-only correction, before rounding.</param>
/// <param name="Before">Before the purchase.</param>
/// <param name="After">After it, rounded to the minor unit.</param>
public sealed record SpreadsheetPlan(
    Currency Currency,
    Money ValueBefore,
    Money Cash,
    Money Spent,
    Money Carried,
    ImmutableArray<SpreadsheetOutcome> Classes,
    ImmutableArray<SpreadsheetPoolUse> Pools,
    decimal Residual,
    BuyLaw Law,
    DriftSummary Before,
    DriftSummary After)
{
    /// <summary>Fills the underweight classes with the pools' cash.</summary>
    /// <param name="portfolio">At most <see cref="PoolProblem{T}.MaxClasses"/> classes.</param>
    /// <param name="pools">At least one and at most <see cref="PoolProblem{T}.MaxPools"/>; cash in whole minor units of the portfolio's currency.</param>
    public static SpreadsheetPlan Of(SpreadsheetPortfolio portfolio, ImmutableArray<SpreadsheetPool> pools) =>
        new SpreadsheetFill(portfolio, pools).Plan();
}

/// <summary>What the plan does to one line of the spreadsheet.</summary>
/// <param name="Class">Which class.</param>
/// <param name="Target">Its target.</param>
/// <param name="ValueBefore">Before.</param>
/// <param name="DriftBefore">Before; minus its target while the portfolio is empty.</param>
/// <param name="Bought">How much of it is bought.</param>
/// <param name="ShareOfCash">That as a share of all the cash.</param>
/// <param name="Level">The water level of the pools that serve it.</param>
/// <param name="DriftAfter">After.</param>
/// <param name="Buying">Why it is bought or not.</param>
public sealed record SpreadsheetOutcome(
    ClassId Class, Weight Target, Money ValueBefore, Drift DriftBefore, Money Bought, Weight ShareOfCash, Drift Level, Drift DriftAfter, Reason Buying);

/// <summary>What the plan does with one pool.</summary>
/// <param name="Name">Which pool.</param>
/// <param name="Cash">What it has.</param>
/// <param name="Buys">What it buys, only what it buys, in declared order of the classes.</param>
/// <param name="Carried">What it keeps.</param>
public sealed record SpreadsheetPoolUse(string Name, Money Cash, ImmutableArray<SpreadsheetBuy> Buys, Money Carried);

/// <summary>What one pool buys of one class.</summary>
/// <param name="Class">Which class.</param>
/// <param name="Amount">For how much.</param>
public sealed record SpreadsheetBuy(ClassId Class, Money Amount);
