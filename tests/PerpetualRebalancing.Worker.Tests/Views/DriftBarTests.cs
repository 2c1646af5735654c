using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Tests.Views;

public class DriftBarTests
{
    [Theory]
    [InlineData(-6, -2, "□□□□■■│      ")]
    [InlineData(6, 4, "      │■■■■□□")]
    [InlineData(2, -2, "    ■■│□□    ")]
    [InlineData(-1, -3, "   ■■■│      ")]
    [InlineData(0, 0, "      │      ")]
    public void What_is_left_is_filled_and_what_is_taken_away_is_hollow(int before, int after, string bar) =>
        Assert.Equal(bar, DriftBar.Of(Drift.FromPoints(before), Drift.FromPoints(after), Drift.FromPoints(6)));

    [Fact]
    public void Without_any_drift_nothing_is_drawn() =>
        Assert.Equal("      │      ", DriftBar.Of(Drift.Zero, Drift.Zero, Drift.Zero));
}
