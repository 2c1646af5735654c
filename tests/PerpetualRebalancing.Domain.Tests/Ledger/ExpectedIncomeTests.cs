using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tests.Ledger;

public sealed class ExpectedIncomeTests
{
    private static readonly AccountId Account = new("a");
    private static readonly IncomeSource Salary = new(IncomeKind.Salary, Account, new Money(100m, Currency.Inr), 5);

    [Theory]
    [InlineData(4, 0, IncomeKind.Salary, false)]
    [InlineData(5, 0, IncomeKind.Salary, true)]
    [InlineData(5, 99.99, IncomeKind.Salary, true)]
    [InlineData(5, 100, IncomeKind.Salary, false)]
    [InlineData(5, 100, IncomeKind.Other, false)]
    [InlineData(5, 100, IncomeKind.Dividends, true)]
    public void A_source_is_missing_once_its_day_has_come_and_its_money_has_not(int day, decimal arrived, IncomeKind kind, bool missing)
    {
        Fact.CashReceived[] seen = arrived == 0m ? [] : [new Fact.CashReceived(Account, new Money(arrived, Currency.Inr), kind, "")];
        Assert.Equal(missing, ExpectedIncome.Missing([Salary], seen, new DateOnly(2026, 6, day)).Any());
    }
}
