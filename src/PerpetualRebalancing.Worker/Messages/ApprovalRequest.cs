using System.Collections.Immutable;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Worker.Commands;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Messages;

/// <summary>Asks a person to approve a plan: everything that an answer binds to, and nothing that needs a computer to read.</summary>
public static class ApprovalRequest
{
    /// <summary>Writes the request.</summary>
    /// <param name="plan">What is asked about.</param>
    /// <param name="hash">Its hash: the answer binds to it.</param>
    /// <param name="policy">Whose plan it is.</param>
    /// <param name="judgement">What the gates said.</param>
    /// <param name="asks">Why a person is asked, one phrase each.</param>
    /// <param name="expires">When the request lapses.</param>
    /// <param name="ways">How its reader may answer, besides by command.</param>
    /// <param name="before">The plan of the review before it; null for the first.</param>
    /// <param name="due">When tax falls due once its sales were made; paid ones may be among them.</param>
    public static Letter Compose(
        Plan plan, string hash, Household policy, Judgement judgement, ImmutableArray<string> asks, DateTimeOffset expires, AnswerWays ways, Plan? before,
        ImmutableArray<TaxObligation> due)
    {
        var code = hash[..10];
        var zone = TimeZoneInfo.FindSystemTimeZoneById(policy.Schedule.TimeZone);
        var (sold, bought) = (plan.Legs.Count(l => l.IsSale), plan.Legs.Count(l => l.IsPurchase));
        var letter = new LetterWriter()
            .Line($"{policy.Name}: the review of {plan.Slot}, made on {MoneyFormat.Day(plan.Date)}.")
            .Line($"Answer before {MoneyFormat.Moment(expires, zone)} ({zone.Id}); after that nothing is placed.")
            .Line();
        Answer(letter, ways, code);
        letter
            .Section("WHY YOU ARE ASKED", asks.Select(a => $"- {MoneyFormat.FullSentence(a)}"))
            .Section("SELL", plan.Legs.Where(l => l.IsSale).SelectMany(l => Trade(l, policy)))
            .Section("BUY", plan.Legs.Where(l => l.IsPurchase).SelectMany(l => Trade(l, policy)))
            .Section("MOVE (by you or your bank)", plan.Legs.Where(l => l.Purpose == LegPurpose.Fund).SelectMany(Move))
            .Section("PAY OUT", plan.Legs.Where(l => l.Purpose == LegPurpose.Withdraw).Select(l => $"{l.Id}  {MoneyFormat.Text(l.Value)} from {l.Account}"))
            .Section("CASH", plan.Flows.Select(f => $"{f.Account}: {MoneyFormat.Text(f.Opening)} now, {MoneyFormat.Text(CashAfter(f))} after"))
            .Section("TAX (an estimate)", Tax(plan, due))
            .Section("PORTFOLIO DRIFT (points)", $"{MoneyFormat.Size(plan.Proof.Before.Portfolio)} now, {MoneyFormat.Size(plan.Proof.After.Portfolio)} after")
            .Drifts("DRIFT OF THE CLASSES (points)", [.. plan.Classes.Select(c => (LegText.ClassName(c.Class, policy), c.DriftBefore, c.DriftAfter))])
            .Section("SINCE THE LAST REVIEW", Changes(plan, before, policy))
            .Section("SELL PROGRAM", LegText.Program(plan.Program, policy.Sell, plan.Proof.Ideal.Portfolio))
            .Section("RESERVE",
                $"{MoneyFormat.Text(plan.Reserves.LiquidityBefore)} now, {MoneyFormat.Text(plan.Reserves.LiquidityAfter)} after; target {MoneyFormat.Text(plan.Reserves.LiquidityTarget)}")
            .Section("GATES", Gates(judgement))
            .Section("NOT TRADED", PlanView.NotTraded(plan, policy).Select(n => $"{n.Classes}: {n.Why}"))
            .Section("FOR YOUR TAXES (not ordered; you decide)", plan.Proposals.Select(p => $"- {PlanView.Sentence(p)}"))
            .Section("NOTICES", plan.Notices.Select(n => $"- {MoneyFormat.FullSentence(n.Text)}").Concat(plan.Assumptions.Select(a => $"- Tax estimate: {MoneyFormat.FullSentence(a)}")))
            .Section("WHAT AN APPROVAL COVERS", Covers(policy))
            .Line()
            .Line($"Plan {hash}");
        return letter.Under($"Approve {plan.Slot}? {Count(sold, "sale", "sales")}, {Count(bought, "purchase", "purchases")} [{code}]");
    }

    private static void Answer(LetterWriter letter, AnswerWays ways, string code)
    {
        if (ways.Approve is { } approve && ways.Reject is { } reject)
        {
            letter.Link("Look at it and approve", approve).Link("Look at it and reject", reject);
        }

        if (ways.ByReply)
        {
            letter.Line("Or reply to this mail with APPROVE, or with REJECT and why, in its first line. Or on the machine itself:");
        }

        letter.Command($"{CommandLine.ProgramName} approve {code}").Command($"{CommandLine.ProgramName} reject {code} --reason \"...\"");
    }

    private static IEnumerable<string> Changes(Plan plan, Plan? before, Household policy)
    {
        if (before is null)
        {
            yield break;
        }

        yield return $"portfolio drift: {MoneyFormat.Size(before.Proof.After.Portfolio)} planned in {before.Slot}, {MoneyFormat.Size(plan.Proof.Before.Portfolio)} now";
        var was = before.Classes.ToDictionary(c => c.Class);
        foreach (var (now, then) in plan.Classes.Where(c => was.ContainsKey(c.Class)).Select(c => (Now: c, Then: was[c.Class])).Where(c => Moved(c.Now, c.Then)))
        {
            yield return $"{LegText.ClassName(now.Class, policy)}: {MoneyFormat.Points(then.DriftAfter)} planned, {MoneyFormat.Points(now.DriftBefore)} now";
        }

        yield return $"core portfolio: {MoneyFormat.Text(before.CoreAfter)} planned, {MoneyFormat.Text(plan.CoreBefore)} now";
    }

    /// <summary>Only what a reader would see in the numbers.</summary>
    private static bool Moved(ClassOutcome now, ClassOutcome then) => MoneyFormat.Points(now.DriftBefore) != MoneyFormat.Points(then.DriftAfter);

    private static IEnumerable<string> Trade(PlannedLeg leg, Household policy)
    {
        var instrument = policy.Instruments.FirstOrDefault(i => i.Id == leg.Instrument);
        var name = instrument?.Name;
        yield return $"{leg.Id}  {MoneyFormat.Units(leg.Quantity)} {leg.Instrument}{(name is null ? "" : $" ({name})")} at {leg.Account}";
        yield return (leg.IsPurchase && instrument?.Dealing == Dealing.Nav
                ? $"    an order of {MoneyFormat.Text(leg.Value + leg.Charges)}: {MoneyFormat.Text(leg.Value)} at a NAV of about {MoneyFormat.Price(leg.Price!.Value)}, charges {MoneyFormat.Text(leg.Charges)}"
                : $"    about {MoneyFormat.Text(leg.Value)} at {MoneyFormat.Price(leg.Price!.Value)}; charges {MoneyFormat.Text(leg.Charges)}")
            + (leg.IsSale ? $"; tax about {MoneyFormat.Text(leg.Tax)}" : "");
        yield return $"    {MoneyFormat.FullSentence(leg.Reason.Words)}{(leg.WaitsFor is { } funding ? $" Waits for {funding}." : "")}";
    }

    private static IEnumerable<string> Move(PlannedLeg leg) =>
    [
        $"{leg.Id}  {MoneyFormat.Text(leg.Value)} from {leg.Account} to {leg.To}; cost {MoneyFormat.Text(leg.Charges)}",
        $"    {MoneyFormat.FullSentence(leg.Reason.Words)}",
    ];

    /// <summary>What an account shows once everything is done, if prices stay: what is set aside lies in it too.</summary>
    private static Money CashAfter(AccountFlow flow) => flow.Opening + flow.Proceeds - flow.Purchases - flow.Charges - flow.Withdrawn - flow.FundedOut;

    private static IEnumerable<string> Tax(Plan plan, ImmutableArray<TaxObligation> due)
    {
        var caused = plan.Legs.Aggregate(plan.Reserves.TaxLiability * 0m, (sum, leg) => sum + leg.Tax);
        if (caused.IsPositive || plan.Reserves.TaxLiability.IsPositive)
        {
            yield return $"about {MoneyFormat.Text(caused)} caused by this plan; {MoneyFormat.Text(plan.Reserves.TaxLiability)} due in all, {MoneyFormat.Text(plan.Reserves.TaxAfter)} set aside after it";
        }

        foreach (var one in due.Where(d => d.Unpaid.IsPositive))
        {
            yield return $"    {MoneyFormat.Text(one.Unpaid)} of {one.Member} due by {MoneyFormat.Day(one.DueOn)}";
        }
    }

    private static IEnumerable<string> Gates(Judgement judgement)
    {
        var open = judgement.Blocked.AddRange(judgement.NeedsApproval);
        var cleared = judgement.Verdicts.Except(open).ToArray();
        return open.Select(v => $"- {(v.Verdict is Verdict.Blocked ? "BLOCKED" : "asks")}, {v.Gate}: {MoneyFormat.FullSentence(v.Verdict.Why)}")
            .Append($"{cleared.Length} of {judgement.Verdicts.Length} gates are clear{(cleared.Length == 0 ? "" : $": {string.Join(", ", cleared.Select(v => v.Gate))}")}. They run again when you answer, on fresh prices.");
    }

    private static IEnumerable<string> Covers(Household policy)
    {
        var tolerance = MoneyFormat.Percent(new Weight(policy.Approval.Tolerance));
        yield return $"The sales above up to their units; each purchase up to its amount plus {tolerance}; no other instrument or account; "
            + $"for {policy.Approval.BatchDays} days. Anything else is asked again.";
    }

    private static string Count(int number, string one, string many) => number == 1 ? $"1 {one}" : FormattableString.Invariant($"{number} {many}");
}
