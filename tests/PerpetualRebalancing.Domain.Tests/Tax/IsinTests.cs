namespace PerpetualRebalancing.Domain.Tests.Tax;

public class IsinTests
{
    [Theory]
    [InlineData("US0378331005")]
    [InlineData("IE00B5BMR087")]
    [InlineData("INF204KB14I2")]
    public void A_real_isin_is_well_formed(string text) => Assert.True(Isin.IsWellFormed(text));

    [Theory]
    [InlineData("")]
    [InlineData("US0378331006")]
    [InlineData("us0378331005")]
    [InlineData("US037833100")]
    [InlineData("US03783310055")]
    [InlineData("U50378331005")]
    [InlineData("US03783310٥5")]
    public void What_fails_its_form_or_its_check_digit_is_not(string text) => Assert.False(Isin.IsWellFormed(text));
}
