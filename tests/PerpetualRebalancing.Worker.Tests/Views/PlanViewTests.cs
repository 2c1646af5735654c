using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Views;
using Spectre.Console;

namespace PerpetualRebalancing.Worker.Tests.Views;

public class PlanViewTests
{
    [Fact]
    public async Task The_example_sells_buys_and_tops_up_so_that_these_tests_see_every_table()
    {
        var (plan, _) = await ExamplePlan.Get();
        Assert.Contains(plan.Legs, l => l.Purpose == LegPurpose.Trim);
        Assert.Contains(plan.Legs, l => l.Purpose == LegPurpose.Invest);
        Assert.Contains(plan.Legs, l => l.Purpose == LegPurpose.ReserveTopUp);
        Assert.IsType<ProgramStep.Sell>(plan.Program);
    }

    [Fact]
    public async Task A_pipe_shows_every_leg_with_its_amount_its_account_and_its_reason()
    {
        var (plan, policy) = await ExamplePlan.Get();
        var lines = Plain(PlanView.Render(plan, policy, ExamplePlan.Judgement));
        foreach (var leg in plan.Legs)
        {
            var row = Assert.Single(lines, l => l.StartsWith($"  {leg.Id} ", StringComparison.Ordinal) && l.Contains(leg.Account.Value, StringComparison.Ordinal));
            Assert.Contains(MoneyFormat.Text(leg.Value), row, StringComparison.Ordinal);
            Assert.Contains(lines, l => l.StartsWith($"  {leg.Id} ", StringComparison.Ordinal) && l.Contains(MoneyFormat.FullSentence(leg.Reason.Words), StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Every_class_is_bought_or_says_why_not_and_is_sold_or_says_why_not()
    {
        var (plan, policy) = await ExamplePlan.Get();
        var reasons = PlanView.NotTraded(plan, policy).ToArray();
        foreach (var outcome in plan.Classes)
        {
            var name = LegText.ClassName(outcome.Class, policy);
            var expected = (outcome.Bought.IsZero ? 1 : 0) + (outcome.Sold.IsZero ? 1 : 0);
            Assert.Equal(expected, reasons.Count(r => r.Classes == "every class" || r.Classes.Split(", ").Contains(name)));
        }
    }

    [Fact]
    public async Task Verdicts_of_all_gates_are_shown()
    {
        var (plan, policy) = await ExamplePlan.Get();
        var lines = Plain(PlanView.Render(plan, policy, ExamplePlan.Judgement));
        Assert.Contains(lines, l => l.Contains("order-size   asks     order S1 of ₹ 26,00,000 is above the limit of ₹ 25,00,000", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("stale-price  blocked  the price of XNAS", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(160)]
    public async Task A_terminal_of_any_width_gets_whole_numbers_and_no_line_that_is_too_long(int width)
    {
        var (plan, policy) = await ExamplePlan.Get();
        var lines = Terminal(PlanView.Render(plan, policy, ExamplePlan.Judgement), width);
        Assert.All(lines, l => Assert.True(l.TrimEnd().Length <= width, l));
        Assert.DoesNotContain(lines, l => l.TrimEnd().EndsWith('₹'));
        foreach (var leg in plan.Legs)
        {
            Assert.Contains(lines, l => l.Contains(MoneyFormat.Text(leg.Value), StringComparison.Ordinal));
            Assert.Contains(lines, l => l.Contains(leg.Account.Value, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task The_sell_program_says_its_month_ceiling_and_where_it_ends()
    {
        var (plan, policy) = await ExamplePlan.Get();
        var words = LegText.Program(plan.Program, policy.Sell, plan.Proof.Ideal.Portfolio);
        Assert.StartsWith($"Sell program of {plan.Slot}, month 1 of 6: projected drift ", words, StringComparison.Ordinal);
        Assert.Contains("above the ceiling 0.20", words, StringComparison.Ordinal);
        Assert.Equal("idle; it starts when projected drift is above N = 0.20", LegText.Program(SellProgram.Idle.Value, policy.Sell));
        Assert.Equal(
            "Sell program of 2026-05, month 6 of 6 comes next, with the ceiling 0.10",
            LegText.Program(new SellProgram.Active(6, new(2026, 5), Holding: false), policy.Sell));
    }

    internal static string[] Plain(Page page)
    {
        var writer = new StringWriter { NewLine = "\n" };
        Output.Plain(writer).Show(() => page, () => throw new InvalidOperationException("JSON was not asked for."));
        return writer.ToString().Split('\n');
    }

    internal static string[] Terminal(Page page, int width)
    {
        var writer = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        console.Profile.Width = width;
        Output.Terminal(console).Show(() => page, () => throw new InvalidOperationException("JSON was not asked for."));
        return writer.ToString().ReplaceLineEndings("\n").Split('\n');
    }
}
