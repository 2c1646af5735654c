using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Messages;
using PerpetualRebalancing.Worker.Tests.Views;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Tests.Messages;

public class LetterTests
{
    private static readonly DateTimeOffset Expires = new(2026, 6, 1, 4, 30, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_request_names_every_leg_how_to_answer_and_until_when()
    {
        var (plan, policy) = await ExamplePlan.Get();
        var letter = ApprovalRequest.Compose(plan, ExamplePlan.Hash(plan), policy, ExamplePlan.Judgement, ["something is sold"], Expires, AnswerWays.None, null, []);
        var code = ExamplePlan.Hash(plan)[..10];
        Assert.Contains($"[{code}]", letter.Subject, StringComparison.Ordinal);
        var lines = letter.Body.Split('\n');
        Assert.Contains($"perpetual-rebalancing approve {code}", lines);
        Assert.Contains($"perpetual-rebalancing reject {code} --reason \"...\"", lines);
        Assert.Contains("Answer before Mon 1 Jun 2026 10:00 (Asia/Kolkata); after that nothing is placed.", lines);
        Assert.Contains("- Something is sold.", lines);
        foreach (var leg in plan.Legs)
        {
            Assert.Contains(lines, l => l.StartsWith($"{leg.Id}  ", StringComparison.Ordinal) && l.Contains(leg.Account.Value, StringComparison.Ordinal));
            Assert.Contains(MoneyFormat.Text(leg.Value), letter.Body, StringComparison.Ordinal);
        }

        Assert.Contains($"Plan {ExamplePlan.Hash(plan)}", lines);
        Assert.Contains(lines, l => l.StartsWith("1 of 3 gates are clear: ", StringComparison.Ordinal) && l.EndsWith(". They run again when you answer, on fresh prices.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cash_after_is_cash_now_with_every_leg_of_the_account()
    {
        var (plan, policy) = await ExamplePlan.Get();
        var letter = ApprovalRequest.Compose(plan, ExamplePlan.Hash(plan), policy, ExamplePlan.Judgement, [], Expires, AnswerWays.None, null, []);
        foreach (var flow in plan.Flows)
        {
            var after = plan.Legs.Where(l => l.Account == flow.Account && l.WaitsFor is null)
                .Aggregate(flow.Opening, (cash, l) => (l.IsSale ? cash + l.Value : cash - l.Value) - l.Charges);
            Assert.Contains($"{flow.Account}: {MoneyFormat.Text(flow.Opening)} now, {MoneyFormat.Text(after)} after\n", letter.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_report_sets_what_was_done_beside_what_was_planned()
    {
        var (plan, policy) = await ExamplePlan.Get();
        var batch = ExampleBatch.Worked(plan);
        var ledger = AccountLedger.OpenedWith(new("asha-demat"), new Money(10m, Currency.Inr)) with { Income = new Money(5m, Currency.Inr) };
        var letter = ReviewReport.Compose(plan, policy, batch, Drift.FromPoints(0.25m), ProgramEnd.Incomplete, SellProgram.Idle.Value, [ledger], [], Expires, new LogHead(42, new string('a', 64)));
        Assert.EndsWith($"[{batch.Id}]", letter.Subject, StringComparison.Ordinal);
        Assert.Contains("(+0.50 %)", letter.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("(-", letter.Body, StringComparison.Ordinal);
        Assert.Contains("    not done: expired\n    Its session never came.\n", letter.Body, StringComparison.Ordinal);
        Assert.Contains("at the close: 0.25\n", letter.Body, StringComparison.Ordinal);
        Assert.Contains("asha-demat: ₹ 10.00 to ₹ 15.00\n    income ₹ 5.00\n", letter.Body, StringComparison.Ordinal);
        Assert.Contains("INCOMPLETE", letter.Body, StringComparison.Ordinal);
        Assert.Contains("The next review is due on Mon 1 Jun 2026 10:00.", letter.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alert_has_its_urgency_in_a_short_subject_and_the_whole_text_in_its_body()
    {
        var (_, policy) = await ExamplePlan.Get();
        var text = "order S1 at asha-demat is in doubt: " + string.Join(' ', Enumerable.Repeat("nobody knows", 10));
        var letter = AlertMessage.Compose(Severity.Critical, text, policy, Expires);
        Assert.StartsWith("CRITICAL: Order S1 at asha-demat is in doubt:", letter.Subject, StringComparison.Ordinal);
        Assert.InRange(letter.Subject.Length, 60, 94);
        Assert.Contains($"Order {text[6..]}.\n", letter.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_line_of_a_message_is_a_table()
    {
        var (plan, policy) = await ExamplePlan.Get();
        var letter = ApprovalRequest.Compose(plan, ExamplePlan.Hash(plan), policy, ExamplePlan.Judgement, [], Expires, AnswerWays.None, null, []);
        Assert.All(letter.Body.Split('\n'), l => Assert.DoesNotContain("  ", l.TrimStart().Split("  ", 2)[^1], StringComparison.Ordinal));
    }
}
