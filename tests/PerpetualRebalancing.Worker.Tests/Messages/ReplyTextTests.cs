using PerpetualRebalancing.Worker.Messages;

namespace PerpetualRebalancing.Worker.Tests.Messages;

public sealed class ReplyTextTests
{
    [Theory]
    [InlineData("APPROVE", "APPROVE")]
    [InlineData("\r\n\r\n  APPROVE  \r\n", "APPROVE")]
    [InlineData("APPROVE\n\nOn Tue, 30 Jun 2026 at 10:00, Home <h@example.org> wrote:\n> Approve 2026-06?", "APPROVE")]
    [InlineData("APPROVE\n\nOn Tue, 30 Jun 2026 at 10:00, Perpetual Rebalancing\n<portfolio@example.org> wrote:\n\n> REJECT", "APPROVE")]
    [InlineData("REJECT too early\n\nAm 30.06.2026 um 10:00 schrieb Home:\n> x", "REJECT too early")]
    [InlineData("APPROVE\n-- \nAsha\nREJECT", "APPROVE")]
    [InlineData("APPROVE\n\nSent from my iPhone\n", "APPROVE")]
    [InlineData("APPROVE\n-----Original Message-----\nFrom: x", "APPROVE")]
    [InlineData("APPROVE\n________________________________\nFrom: x", "APPROVE")]
    [InlineData("> APPROVE", "")]
    [InlineData(">> APPROVE\nAPPROVE", "")]
    [InlineData("On Tue, Home wrote:\n> Approve?\n\nAPPROVE", "")]
    [InlineData("APPROVE\nbut not the gold", "APPROVE|but not the gold")]
    [InlineData("REJECT because:\nit is early", "REJECT because:|it is early")]
    [InlineData("\u00a0APPROVE\u00a0", "APPROVE")]
    [InlineData("", "")]
    public void Only_what_the_sender_wrote_is_left(string text, string lines) => Assert.Equal(lines, string.Join('|', ReplyText.Of(text).Lines));
}
