using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>Legs, classes and the sell program in the words that tables and messages share.</summary>
public static class LegText
{
    /// <summary>What is done: buy, sell, move or pay out.</summary>
    public static string Verb(PlannedLeg leg) => leg.Purpose switch
    {
        LegPurpose.Fund => "move",
        LegPurpose.Withdraw => "pay out",
        _ => leg.IsSale ? "sell" : "buy",
    };

    /// <summary>What it is done to: an instrument, or the account the money goes to.</summary>
    public static string What(PlannedLeg leg) => leg switch
    {
        { Instrument: { } instrument } => instrument.Value,
        { To: { } to } => $"to {to}",
        _ => "for spending",
    };

    /// <summary>What it is for.</summary>
    public static string Purpose(PlannedLeg leg, Household policy) => leg.Purpose switch
    {
        LegPurpose.Trim => $"{ClassName(leg.Class!, policy)} is trimmed",
        LegPurpose.LiquiditySale => "raises the retirement reserve",
        LegPurpose.ReserveDraw => "pays for spending",
        LegPurpose.ReserveTopUp => "tops up the liquidity reserve",
        LegPurpose.Invest => $"{ClassName(leg.Class!, policy)} is filled",
        LegPurpose.Fund => "brings money to where it is needed",
        LegPurpose.Withdraw => "spending of the month",
        _ => throw new InvalidOperationException($"Unknown purpose {leg.Purpose}."),
    };

    /// <summary>A class's name; its id when the policy has changed since and no longer has it.</summary>
    public static string ClassName(ClassId id, Household policy) => policy.Classes.FirstOrDefault(c => c.Id == id)?.Name ?? id.Value;

    /// <summary>What the sell program does in this plan, in one or two sentences.</summary>
    public static string Program(ProgramStep step, SellPolicy policy, Drift end) => step switch
    {
        ProgramStep.Idle s => $"No sell program runs: projected drift {MoneyFormat.Size(s.Projected)} is not above N = {MoneyFormat.Size(s.Maximum)}. Fresh cash does the work.",
        ProgramStep.NotAsked s => $"An ad hoc review: the sell program is neither asked nor advanced. Projected drift is {MoneyFormat.Size(s.Projected)}.",
        ProgramStep.NoSale s => $"{Month(s.Month, s.Started, s.Holding, policy)}: projected drift {MoneyFormat.Size(s.Projected)} is not above the ceiling {MoneyFormat.Size(s.Ceiling)}, so nothing is sold.",
        ProgramStep.Sell s => $"{Month(s.Month, s.Started, s.Holding, policy)}: projected drift {MoneyFormat.Size(s.Projected)} is above the ceiling {MoneyFormat.Size(s.Ceiling)}; "
            + $"the smallest sale that brings it back ends at {MoneyFormat.Size(end)}.",
        _ => throw new InvalidOperationException($"Unknown program step {step}."),
    };

    /// <summary>Where the sell program stands between two reviews.</summary>
    public static string Program(SellProgram program, SellPolicy policy) => program switch
    {
        SellProgram.Idle => $"idle; it starts when projected drift is above N = {MoneyFormat.Size(policy.Maximum)}",
        SellProgram.Active a => $"{Month(a.Month, a.Started, a.Holding, policy)} comes next, with the ceiling {MoneyFormat.Size(policy.CeilingIn(a.Month))}",
        _ => throw new InvalidOperationException($"Unknown program {program}."),
    };

    private static string Month(int month, Slot started, bool holding, SellPolicy policy) => holding
        ? $"Sell program of {started}, holding its minimum after month {policy.Months}"
        : $"Sell program of {started}, month {month} of {policy.Months}";
}
