using System.Text.Json;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Tests.Views;

public class StatusViewTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 31, 4, 30, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_needs_a_person_comes_first()
    {
        var (status, policy) = await Status();
        var lines = PlanViewTests.Plain(StatusView.Render(status, policy));
        Assert.Equal("Asha and Ravi · Mon 31 Aug 2026 10:00", lines[0]);
        Assert.Equal("  HALTED: the bank called. Nothing is placed until 'resume resume'.", lines[1]);
        Assert.Contains(lines, l => l.StartsWith("  #2  ", StringComparison.Ordinal) && l.EndsWith("Tax of ₹ 1,000 is overdue.", StringComparison.Ordinal));
        Assert.True(Array.FindIndex(lines, l => l.StartsWith("  #2", StringComparison.Ordinal)) < Array.FindIndex(lines, l => l.StartsWith("  #1", StringComparison.Ordinal)), "critical before warnings");
        Assert.Contains(lines, l => l.Contains("₹ 2,00,000.00 is missing", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("awaiting approval", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("not running; 'run' starts it", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public async Task A_terminal_of_any_width_gets_no_line_that_is_too_long(int width)
    {
        var (status, policy) = await Status();
        Assert.All(PlanViewTests.Terminal(StatusView.Render(status, policy), width), l => Assert.True(l.TrimEnd().Length <= width, l));
    }

    [Fact]
    public async Task A_machine_gets_the_same_in_canonical_json()
    {
        var (status, _) = await Status();
        var json = JsonDocument.Parse(StatusView.Json(status)).RootElement;
        Assert.Equal("the bank called", json.GetProperty("halt").GetString());
        Assert.Equal("700000 INR", json.GetProperty("standing").GetProperty("liquidity").GetString());
        Assert.Equal("awaitingApproval", json.GetProperty("batches")[0].GetProperty("legs")[0].GetProperty("state").GetString(), ignoreCase: true);
    }

    private static async Task<(StatusReport, Household)> Status()
    {
        var (plan, policy) = await ExamplePlan.Get();
        var batch = ExampleBatch.Of(plan, approved: false);
        var rupees = (decimal amount) => new Money(amount, Currency.Inr);
        return (new StatusReport(
            policy.Id, Now, Phase.Accumulation, JobLoss: true, "the bank called", new DateOnly(2026, 8, 28),
            new Standing(
                plan.CoreBefore, plan.Proof.Before, [.. plan.Classes.Select(c => new ClassStanding(c.Class, c.Target, c.ValueBefore, c.DriftBefore))],
                rupees(7_00_000m), rupees(9_00_000m), rupees(0m), rupees(0m)),
            new SellProgram.Active(2, new Slot(2026, 7), Holding: false), [batch],
            [new MoneyInTransit(batch.Id, new("F1"), new("asha-demat"), new("asha-global"), rupees(50_000m))],
            [new TaxObligation(new("asha"), new DateOnly(2026, 9, 15), rupees(12_000m), rupees(12_000m))],
            Now.AddDays(30), new Slot(2026, 9), new StatusRun(Now.AddDays(-31), "review", "done", "Bought 1000 INR of gold"), null,
            [new StatusAlert(1, Now, Severity.Warning, "salary not seen"), new StatusAlert(2, Now, Severity.Critical, "tax of 1000 INR is overdue")]), policy);
    }
}
