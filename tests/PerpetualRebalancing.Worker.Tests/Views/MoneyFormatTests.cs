using System.Globalization;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Tests.Views;

public class MoneyFormatTests
{
    [Theory]
    [InlineData("0", "INR", "₹ 0.00")]
    [InlineData("999.5", "INR", "₹ 999.50")]
    [InlineData("1234567.89", "INR", "₹ 12,34,567.89")]
    [InlineData("100000000000", "INR", "₹ 1,00,00,00,00,000.00")]
    [InlineData("-123456", "INR", "-₹ 1,23,456.00")]
    [InlineData("-0.001", "INR", "₹ 0.00")]
    [InlineData("1234567.89", "USD", "$1,234,567.89")]
    [InlineData("1234.5", "GBP", "£1,234.50")]
    [InlineData("-1234.5", "EUR", "-€1,234.50")]
    public void Money_is_grouped_as_its_country_groups_it(string amount, string currency, string text) =>
        Assert.Equal(text, MoneyFormat.Text(new Money(decimal.Parse(amount, CultureInfo.InvariantCulture), Currency.Parse(currency))));

    [Theory]
    [InlineData("tax of 123456.5 INR is due", "tax of ₹ 1,23,456.50 is due")]
    [InlineData("-1200 USD and 3 GBP", "-$1,200 and £3")]
    [InlineData("NIFTY50 INR, 2026-08-31 INR-denominated", "NIFTY50 INR, 2026-08-31 INR-denominated")]
    [InlineData("nothing here", "nothing here")]
    public void Amounts_inside_a_sentence_are_rewritten_and_nothing_else_is(string text, string expected) =>
        Assert.Equal(expected, MoneyFormat.Sentence(text));
}
