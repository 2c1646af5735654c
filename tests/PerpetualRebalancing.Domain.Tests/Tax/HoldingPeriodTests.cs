using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Tests.Tax;

public class HoldingPeriodTests
{
    [Theory]
    [InlineData("2024-06-14", "2025-06-14", 12, false)] // IN-HP-01: exactly 12 months are not more than 12
    [InlineData("2024-06-14", "2025-06-15", 12, true)] // IN-HP-02
    [InlineData("2023-05-10", "2025-05-10", 24, false)] // IN-HP-05
    [InlineData("2023-05-10", "2025-05-11", 24, true)] // IN-HP-06
    [InlineData("2024-02-06", "2025-02-06", 12, false)] // US-HP-01
    [InlineData("2024-02-06", "2025-02-07", 12, true)] // US-HP-02
    [InlineData("2024-02-29", "2025-02-28", 12, false)] // the anniversary of a leap day is cut short
    [InlineData("2024-02-29", "2025-03-01", 12, true)]
    [InlineData("2023-02-28", "2024-02-29", 12, false)] // the day after, 1 March, has its anniversary on 1 March
    [InlineData("2023-02-28", "2024-03-01", 12, true)]
    [InlineData("2024-12-31", "2025-12-31", 12, false)]
    [InlineData("2024-12-31", "2026-01-01", 12, true)]
    public void A_lot_is_long_term_when_it_was_held_for_more_than_the_months(string acquired, string sold, int months, bool isLong) =>
        Assert.Equal(isLong, Day(sold) >= HoldingPeriod.LongFrom(Day(acquired), months));

    [Fact]
    public void The_first_long_term_day_is_the_first_that_meets_both_halves_of_the_rule()
    {
        var lots =
            from offset in Gen.Choose(0, 20_000)
            from months in Gen.Elements(1, 12, 24, 36)
            select (Acquired: new DateOnly(1999, 12, 1).AddDays(offset), Months: months);
        Prop.ForAll(lots.ToArbitrary(), lot =>
        {
            bool IsLong(DateOnly sale) =>
                sale > lot.Acquired.AddMonths(lot.Months) && sale >= lot.Acquired.AddDays(1).AddMonths(lot.Months);
            var first = HoldingPeriod.LongFrom(lot.Acquired, lot.Months);
            return IsLong(first) && !IsLong(first.AddDays(-1)) && HoldingPeriod.IsLong(lot.Acquired, lot.Months, first)
                && !HoldingPeriod.IsLong(lot.Acquired, lot.Months, first.AddDays(-1)) && HoldingPeriod.IsLong(lot.Acquired, lot.Months, first.AddDays(40));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Environment.GetEnvironmentVariable("NIGHTLY") == "1" ? 100_000 : 2_000));
    }

    [Fact]
    public void Every_month_end_and_leap_day_of_a_century_meets_the_rule_too()
    {
        for (var acquired = new DateOnly(1999, 1, 1); acquired.Year < 2101; acquired = acquired.AddDays(1))
        {
            if (acquired.AddDays(1).Day <= 2 || acquired.Month == 2)
            {
                var first = HoldingPeriod.LongFrom(acquired, 12);
                Assert.InRange(first.DayNumber - acquired.DayNumber, 366, 367);
            }
        }
    }

    private static DateOnly Day(string text) => DateOnly.Parse(text, CultureInfo.InvariantCulture);
}
