using System.Collections.Immutable;
using System.Globalization;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Messages;

/// <summary>Says what became of a review: planned against done, leg by leg, and what comes next.</summary>
public static class ReviewReport
{
    /// <summary>Reports a batch that was worked.</summary>
    /// <param name="plan">What was planned.</param>
    /// <param name="policy">Whose plan it is.</param>
    /// <param name="batch">What was done.</param>
    /// <param name="after">Portfolio drift at the close.</param>
    /// <param name="end">How the sell program ended, if it did.</param>
    /// <param name="program">The sell program from now on.</param>
    /// <param name="month">Each account's money of the month: <see cref="LedgerView.Between"/>; may be empty.</param>
    /// <param name="taxes">Each member's tax year to date; may be empty.</param>
    /// <param name="next">When the next review is due, or null.</param>
    /// <param name="head">Where the log ends.</param>
    internal static Letter Compose(
        Plan plan, Household policy, Batch batch, Drift after, ProgramEnd end, SellProgram program, ImmutableArray<AccountLedger> month,
        ImmutableArray<MemberTaxYear> taxes, DateTimeOffset? next, LogHead head)
    {
        var done = batch.Legs.Count(l => l.State is LegState.Filled or LegState.Reconciled or LegState.Arrived);
        return new LetterWriter()
            .Line($"{policy.Name}: the review of {plan.Slot} is closed.")
            .Line(FormattableString.Invariant($"{done} of {batch.Legs.Length} legs are done."))
            .Section("LEGS, PLANNED AND DONE", batch.Legs.SelectMany(LegLines))
            .Section("DRIFT (points)", Path(plan, after))
            .Section("MONEY OF THE MONTH", month.SelectMany(Ledger))
            .Section("TAX YEAR TO DATE (an estimate)", taxes.Select(t =>
                $"{t.Member} {t.Year}: {MoneyFormat.Text(t.GainsTax)} on gains; {MoneyFormat.Text(t.SetAside)} set aside; {MoneyFormat.Text(t.Due.Aggregate(t.SetAside * 0m, (sum, d) => sum + d.Unpaid))} not paid yet"))
            .Section("WHAT COMES NEXT", Next(policy, end, program, next))
            .Line()
            .Line($"Plan {batch.PlanHash}")
            .Line(Anchor(head))
            .Under($"Review of {plan.Slot} closed: drift {MoneyFormat.Size(plan.Proof.Before.Portfolio)} to {MoneyFormat.Size(after)} [{batch.Id}]");
    }

    /// <summary>Reports a review that had nothing to trade.</summary>
    /// <param name="plan">What was decided.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="policy">Whose plan it is.</param>
    /// <param name="next">When the next review is due, or null.</param>
    /// <param name="head">Where the log ends.</param>
    public static Letter NothingToTrade(Plan plan, string hash, Household policy, DateTimeOffset? next, LogHead head) => new LetterWriter()
        .Line($"{policy.Name}: the review of {plan.Slot} found nothing to trade, and is closed.")
        .Section("DRIFT (points)", $"portfolio: {MoneyFormat.Size(plan.Proof.After.Portfolio)}")
        .Section("SELL PROGRAM", LegText.Program(plan.Program, policy.Sell, plan.Proof.Ideal.Portfolio))
        .Section("NOT TRADED", PlanView.NotTraded(plan, policy).Select(n => $"{n.Classes}: {n.Why}"))
        .Section("NOTICES", plan.Notices.Select(n => $"- {MoneyFormat.FullSentence(n.Text)}"))
        .Section("WHAT COMES NEXT", NextReview(policy, next))
        .Line()
        .Line($"Plan {hash}")
        .Line(Anchor(head))
        .Under($"Review of {plan.Slot}: nothing to trade");

    /// <summary>Where the log ends: a mail that has left cannot be rewritten with it.</summary>
    public static string Anchor(LogHead head) =>
        FormattableString.Invariant($"Log of {head.Sequence} facts, for 'audit verify --anchor': {head.Hash}");

    private static IEnumerable<string> LegLines(Leg leg)
    {
        var plan = leg.Plan;
        yield return plan.Instrument is null
            ? $"{plan.Id}  {LegText.Verb(plan)} {MoneyFormat.Text(plan.Value)}, {LegText.What(plan)}, from {plan.Account}"
            : $"{plan.Id}  {LegText.Verb(plan)} {MoneyFormat.Units(plan.Quantity)} {plan.Instrument} at {plan.Account}, {MoneyFormat.Price(plan.Price!.Value)} each";
        yield return leg switch
        {
            { Filled.IsZero: false } => $"    done: {MoneyFormat.Units(leg.Filled)} at {MoneyFormat.Price(Average(leg))}, {MoneyFormat.Text(leg.Moved)}; {Slippage(leg)}; charges {MoneyFormat.Text(leg.Charges)}",
            { Moved.IsPositive: true } => $"    done: {MoneyFormat.Text(leg.Moved)}; charges {MoneyFormat.Text(leg.Charges)}",
            _ => $"    not done: {leg.State.ToString().ToLowerInvariant()}",
        };
        if (leg.Note.Length > 0 && leg.State is not (LegState.Filled or LegState.Reconciled or LegState.Arrived))
        {
            yield return $"    {MoneyFormat.FullSentence(leg.Note)}";
        }
    }

    private static UnitPrice Average(Leg leg) => new(Math.Round(leg.Moved.Amount / leg.Filled.Units, 4), leg.Moved.Currency);

    /// <summary>What the fill price cost against the planned one: positive is worse for the household, on either side.</summary>
    private static string Slippage(Leg leg)
    {
        var planned = (leg.Plan.Price!.Value * leg.Filled).Amount;
        var worse = leg.Plan.IsSale ? planned - leg.Moved.Amount : leg.Moved.Amount - planned;
        var percent = (worse / planned * 100m).ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);
        return $"slippage {MoneyFormat.Text(new Money(worse, leg.Moved.Currency))} ({percent} %)";
    }

    private static IEnumerable<string> Path(Plan plan, Drift after) =>
    [
        $"before: {MoneyFormat.Size(plan.Proof.Before.Portfolio)}",
        $"after buying alone: {MoneyFormat.Size(plan.Proof.Projected.Portfolio)}",
        $"planned: {MoneyFormat.Size(plan.Proof.After.Portfolio)}",
        $"at the close: {MoneyFormat.Size(after)}",
    ];

    private static IEnumerable<string> Ledger(AccountLedger ledger)
    {
        (string Name, Money Amount)[] lines =
        [
            ("income", ledger.Income), ("sale proceeds", ledger.Proceeds), ("arrived", ledger.Arrived), ("taken out", -ledger.Left), ("sent", -ledger.Sent),
            ("purchases", -ledger.Purchases), ("charges", -ledger.Charges), ("paid out", -ledger.Withdrawn), ("taxes paid", -ledger.TaxPaid),
        ];
        yield return $"{ledger.Account}: {MoneyFormat.Text(ledger.Opening)} to {MoneyFormat.Text(ledger.Cash)}";
        foreach (var (name, amount) in lines.Where(l => !l.Amount.IsZero))
        {
            yield return $"    {name} {MoneyFormat.Text(amount)}";
        }

        (string Name, Money Amount)[] claims = [("for tax", ledger.Tax), ("reserve", ledger.Reserve), ("carried", ledger.Carried + ledger.CarriedProceeds)];
        foreach (var (name, amount) in claims.Where(c => !c.Amount.IsZero))
        {
            yield return $"    of it {name} {MoneyFormat.Text(amount)}";
        }
    }

    private static IEnumerable<string> Next(Household policy, ProgramEnd end, SellProgram program, DateTimeOffset? next)
    {
        var ended = end switch
        {
            ProgramEnd.Reached => "The sell program has ended: drift is at or below its minimum.",
            ProgramEnd.Incomplete => "The sell program has ended INCOMPLETE: drift is still above its minimum.",
            ProgramEnd.Holding => "The sell program's months are over; its minimum stays the ceiling until it is reached.",
            _ => null,
        };
        return [.. ended is null ? Array.Empty<string>() : [ended], $"Sell program: {LegText.Program(program, policy.Sell)}.", .. NextReview(policy, next)];
    }

    private static string[] NextReview(Household policy, DateTimeOffset? next) => next is { } at
        ? [$"The next review is due on {MoneyFormat.Moment(at, TimeZoneInfo.FindSystemTimeZoneById(policy.Schedule.TimeZone))}."]
        : [];
}
