using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Policy;

/// <summary>A portfolio as someone keeps it in a spreadsheet: values and targets, no accounts, lots or instruments. Enough to ask
/// where new money goes; never enough to trade.</summary>
/// <param name="Currency">Of every amount.</param>
/// <param name="Classes">In declared order; targets sum to exactly 1. All values may be zero.</param>
/// <param name="Pools">Cash that can only buy some of the classes; empty when one pool buys everything.</param>
public sealed record SpreadsheetPortfolio(
    Currency Currency, ImmutableArray<SpreadsheetClass> Classes, ImmutableArray<SpreadsheetPool> Pools);

/// <summary>A line of the spreadsheet.</summary>
/// <param name="Class">Its name as written.</param>
/// <param name="Value">What is held of it, not negative.</param>
/// <param name="Target">Its share of the portfolio.</param>
public sealed record SpreadsheetClass(ClassId Class, Money Value, Weight Target);

/// <summary>Cash with what it may buy.</summary>
/// <param name="Name">For people; unique.</param>
/// <param name="Cash">Not negative.</param>
/// <param name="Buys">The classes it can buy, at least one.</param>
public sealed record SpreadsheetPool(string Name, Money Cash, ImmutableArray<ClassId> Buys);
