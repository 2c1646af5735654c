using System.Globalization;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Tests.Months;

public class TaxTests
{
    [Fact]
    public async Task The_tax_of_every_sale_adds_up_to_the_tax_of_the_year_and_is_set_aside_the_same_day()
    {
        using var life = new Life(SellProgramTests.Overweight());
        for (var month = 0; month < 3; month++)
        {
            await life.MonthAsync();
        }

        await life.FinishAsync();
        var sales = life.Facts.OfType<Fact.LegFilled>().Where(f => !f.Lots.IsEmpty).ToArray();
        Assert.True(sales.Length > 2, "The story sells nothing.");
        var report = TaxYearReport.Of(life.Desk, null, await life.Desk.Outside.FxAsync(Life.Stop));
        foreach (var year in report.Members)
        {
            var booked = sales.Where(f => f.Member == year.Member).Sum(f => f.Tax.Amount);
            Assert.Equal(booked, life.State.TaxBooked.TryGetValue(year.Member, out var sum) ? sum.Amount : 0m);
            Assert.Equal(year.GainsTax.Amount, booked);
            Assert.Equal(year.Due.Sum(d => d.Amount.Amount), booked + OpeningDue(life, year.Member));
        }

        // Every sale's tax is set aside in the commit that books the fill, before anything else happens.
        foreach (var (sale, next) in life.Facts.Zip(life.Facts.Skip(1)).Where(f => f.First is Fact.LegFilled { Lots.IsEmpty: false } fill && fill.Tax.IsPositive))
        {
            Assert.Equal(EarmarkKind.Tax, Assert.IsType<Fact.Earmarked>(next).Kind);
            Assert.Equal(((Fact.LegFilled)sale).Account, ((Fact.Earmarked)next).Account);
        }
    }

    [Fact]
    public async Task The_accountants_rows_are_the_ledger()
    {
        using var life = new Life(SellProgramTests.Overweight());
        await life.MonthAsync();
        await life.FinishAsync();
        var rows = TaxExport.Csv(life.Desk, null).TrimEnd('\n').Split('\n');
        var header = rows[0].Split(',');
        var gain = Array.IndexOf(header, "gain");
        var picks = life.Facts.OfType<Fact.LegFilled>().SelectMany(f => f.Lots).ToArray();
        Assert.NotEmpty(picks);
        Assert.Equal(picks.Length, rows.Length - 1);
        Assert.Equal(picks.Sum(p => p.Gain.Rounded.Amount), rows[1..].Sum(r => decimal.Parse(r.Split(',')[gain], CultureInfo.InvariantCulture)));
        Assert.All(rows, row => Assert.Equal(header.Length, row.Split(',').Length));
    }

    [Fact]
    public async Task Tax_that_falls_due_is_told_before_and_after_until_its_payment_is_recorded()
    {
        using var life = new Life(SellProgramTests.Overweight());
        await life.MonthAsync();
        await life.FinishAsync();
        var dates = TaxDates.Of(life.Desk, life.Desk.ReadRules().Laws).Where(d => d.Unpaid.IsPositive).ToArray();
        Assert.NotEmpty(dates);
        TaxDates.Tell(life.Desk);
        Assert.Empty(Alerts(life));

        await life.GoToAsync(At(dates[0].DueOn.AddDays(-14)));
        TaxDates.Tell(life.Desk);
        Assert.Equal(Severity.Warning, Assert.Single(Alerts(life)).Severity);

        await life.GoToAsync(At(dates[0].DueOn.AddDays(1)));
        TaxDates.Tell(life.Desk);
        TaxDates.Tell(life.Desk);
        Assert.Equal([Severity.Warning, Severity.Critical], Alerts(life).Where(a => a.DedupeKey.Contains($"{dates[0].DueOn:yyyy-MM-dd}", StringComparison.Ordinal)).Select(a => a.Severity).Order());

        var account = life.Desk.Policy.Accounts.First(a => a.Member == dates[0].Member && a.Currency == life.Desk.Policy.Base);
        life.Desk.Store.Transact("asha", t => t.Append(new Fact.TaxPaid(dates[0].Member, account.Id, dates[0].Unpaid, dates[0].Unpaid, dates[0].DueOn, "challan")));
        Assert.DoesNotContain(TaxDates.Of(life.Desk, life.Desk.ReadRules().Laws), d => d.Member == dates[0].Member && d.DueOn == dates[0].DueOn && d.Unpaid.IsPositive);
    }

    [Fact]
    public async Task A_preview_is_what_the_review_would_sell_and_changes_nothing()
    {
        using var life = new Life(SellProgramTests.Overweight());
        var before = life.Desk.Store.State;
        var inputs = await life.Desk.ReadAsync(life.Slot, ReviewKind.AdHoc, false, life.Desk.ReadRules().Books, Life.Stop);
        var wanted = new Money(300_000m, life.Desk.Policy.Base);
        var preview = SalePreview.Of(life.Desk.Policy, life.State, inputs, wanted);
        Assert.True(preview.Raised >= wanted, $"{preview.Raised}");
        Assert.True(preview.Short.IsZero);
        var net = preview.Legs.Sum(l => inputs.Read.Fx.Convert(l.Value - l.Charges, life.Desk.Policy.Base).Amount) - preview.Legs.Sum(l => l.Tax.Amount);
        Assert.InRange(net, preview.Raised.Amount - 1m, preview.Raised.Amount + 1m);
        Assert.Same(before, life.Desk.Store.State);

        // More than there is: everything that may be sold, and what is missing.
        var all = SalePreview.Of(life.Desk.Policy, life.State, inputs, new Money(1e9m, life.Desk.Policy.Base));
        Assert.InRange(all.Raised.Amount + all.Short.Amount, 1e9m - 0.02m, 1e9m + 0.02m);
        Assert.True(all.Short.IsPositive);
    }

    [Fact]
    public async Task Nothing_is_sold_by_a_table_that_has_expired_and_the_purchase_goes_on()
    {
        using var life = new Life(SellProgramTests.Overweight().TaxTable("in.json", "\"staleAt\": \"2027-02-15\"", "\"staleAt\": \"2026-06-01\"").TaxTable("in.json", "\"expiresAt\": \"2027-07-31\"", "\"expiresAt\": \"2026-06-15\""));
        await life.MonthAsync();
        var plan = life.Plans[^1];
        Assert.DoesNotContain(plan.Legs, l => l.IsSale);
        Assert.Contains(plan.Legs, l => l.IsPurchase);
        Assert.Contains(plan.Notices, n => n.Severity == Severity.Critical && n.Text.StartsWith("The tax table 'in' expired on 2026-06-15: nothing is sold", StringComparison.Ordinal));
        Assert.Contains(life.Desk.Store.Alerts(), a => a.Text.Contains("The tax table 'in' expired", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stale_table_is_told_in_every_plan_and_sells_all_the_same()
    {
        using var life = new Life(SellProgramTests.Overweight().TaxTable("in.json", "\"staleAt\": \"2027-02-15\"", "\"staleAt\": \"2026-06-15\""));
        await life.MonthAsync();
        Assert.Contains(life.Plans[^1].Legs, l => l.IsSale);
        Assert.Contains(life.Plans[^1].Notices, n => n.Text.StartsWith("The tax table 'in' is stale since 2026-06-15", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_year_that_is_over_keeps_the_income_it_was_taxed_with()
    {
        var files = SellProgramTests.Overweight();
        using var life = new Life(files);
        await life.MonthAsync();
        await life.FinishAsync();

        // Sixty lakh from next year on bring a surcharge: it must not reach back.
        files.Household(h =>
        {
            foreach (var member in h["members"]!.AsArray())
            {
                var tax = member!["tax"]!.AsObject();
                tax["incomeByYear"] = new System.Text.Json.Nodes.JsonArray(
                    new System.Text.Json.Nodes.JsonObject { ["year"] = "2026-27", ["amount"] = tax["otherIncome"]!.DeepClone() },
                    new System.Text.Json.Nodes.JsonObject { ["year"] = "2027-28", ["amount"] = 6_000_000 });
                tax.Remove("otherIncome");
            }
        });
        life.Restart();
        var laws = life.Desk.ReadRules().Laws;
        Assert.NotEmpty(life.State.TaxBooked);
        Assert.Empty(TaxReassessment.Of(life.Desk.Policy, life.State, laws, new DateOnly(2027, 4, 2)));
        Assert.All(life.Desk.Policy.Members, m => Assert.Equal(
            6_000_000m, Domain.Tax.MemberYears.ExpectedIncome(life.Desk.Policy, m, laws.For(m.Tax).YearOf(new DateOnly(2028, 5, 1)))));
    }

    private static decimal OpeningDue(Life life, MemberId member) =>
        life.Facts.OfType<Fact.Opened>().Single().TaxDue.Where(t => t.Member == member).Sum(t => t.Amount.Amount);

    private static DateTimeOffset At(DateOnly day) => new(day.ToDateTime(new TimeOnly(9, 0)), TimeSpan.FromHours(5.5));

    private static Adapters.Store.RaisedAlert[] Alerts(Life life) => [.. life.Desk.Store.Alerts().Where(a => a.Kind == "tax").OrderBy(a => a.Id)];
}
