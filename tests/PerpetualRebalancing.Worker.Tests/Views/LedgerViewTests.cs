using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Tests.Views;

public class LedgerViewTests
{
    private static readonly AccountLedger Opened = AccountLedger.OpenedWith(new("asha"), new Money(1_00_000m, Currency.Inr));

    [Fact]
    public void A_ledger_shows_what_moved_and_leaves_out_what_did_not()
    {
        var ledger = Opened with { Income = new(50_000.50m, Currency.Inr), Purchases = new(1_20_000m, Currency.Inr) };
        var lines = PlanViewTests.Plain(LedgerView.Render("Ledger", [ledger.WithClaim(EarmarkKind.Tax, new(10m, Currency.Inr))]));
        Assert.Equal(
            [
                "Ledger", "account asha", "opening ₹ 1,00,000.00", "+ income ₹ 50,000.50", "- purchases -₹ 1,20,000.00", "= closing ₹ 30,000.50",
                "of it for tax ₹ 10.00",
            ],
            lines.Where(l => l.Length > 0).Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
    }

    [Fact]
    public void The_ledger_of_a_month_opens_with_the_earlier_cash_and_closes_with_the_later()
    {
        var before = Opened with { Income = new(5m, Currency.Inr) };
        var after = before with { Income = new(25m, Currency.Inr), Charges = new(1m, Currency.Inr) };
        var month = LedgerView.Between(before, after);
        Assert.Equal((before.Cash, after.Cash), (month.Opening, month.Cash));
        Assert.Equal(new Money(20m, Currency.Inr), month.Income);
    }
}
