using PerpetualRebalancing.Adapters.Brokers.Paper;
using static PerpetualRebalancing.Adapters.Tests.Paper.PaperTown;

namespace PerpetualRebalancing.Adapters.Tests.Paper;

public sealed class PaperBankTests
{
    [Fact]
    public async Task Deposits_and_withdrawals_are_booked_at_once_and_a_reference_only_once()
    {
        using var town = new PaperTown().Open(1_000m, 0m);

        Assert.True(town.Bank.Deposit(Demat, Inr(500m), "salary", "2026-11"));
        Assert.False(town.Restart().Bank.Deposit(Demat, Inr(500m), "salary", "2026-11"));
        Assert.True(town.Bank.Deposit(Demat, Inr(20m), "gift"));
        Assert.True(town.Bank.Deposit(Demat, Inr(20m), "gift"));
        Assert.True(town.Bank.Withdraw(Demat, Inr(40m), "rent"));

        Assert.Equal(Inr(1_500m), (await town.ReadAsync(Demat)).Settled);
    }

    [Fact]
    public void More_than_is_there_or_another_currency_is_refused()
    {
        using var town = new PaperTown().Open(1_000m, 0m);

        var tooMuch = Assert.Throws<InvalidOperationException>(() => town.Bank.Withdraw(Demat, Inr(1_000.01m), ""));
        Assert.Equal("1000.01 INR cannot leave demat: 1000 INR of settled cash is there.", tooMuch.Message);
        Assert.Throws<InvalidOperationException>(() => town.Bank.Deposit(Demat, Usd(1m), ""));
        Assert.Throws<InvalidOperationException>(() => town.Bank.Deposit(Demat, Inr(0.001m), ""));
        Assert.Throws<InvalidOperationException>(() => town.Bank.Send(Demat, Global, Inr(999m), Inr(2m), "r"));
    }

    [Fact]
    public async Task A_remittance_arrives_after_three_days_on_which_both_ends_are_open()
    {
        // Monday 9, then Tuesday is Diwali in Mumbai: Wednesday, Thursday, Friday.
        using var town = new PaperTown().Open(100_000m, 5m).At("2026-11-09 10:00");

        var sent = town.Bank.Send(Demat, Global, Inr(90_000m), Inr(1_180m), "F1");
        Assert.Equal((Day("2026-11-13"), PaperTransferState.InTransit), (sent.DueOn, sent.State));
        Assert.Equal(Inr(8_820m), (await town.ReadAsync(Demat)).Settled);
        Assert.Equal(sent, town.Bank.Send(Demat, Global, Inr(90_000m), Inr(1_180m), "F1"));

        Assert.Empty(town.At("2026-11-12 23:00").Bank.Arrivals());
        var arrived = Assert.Single(town.Restart().At("2026-11-13 10:00").Bank.Arrivals());
        Assert.Equal((Usd(1_000m), 1m / 90m), (arrived.Arrived!.Value, arrived.Rate!.Value));
        Assert.Equal(Usd(1_005m), (await town.ReadAsync(Global)).Settled);
    }

    [Fact]
    public async Task A_remittance_may_be_late_and_short()
    {
        using var town = new PaperTown().Open(100_000m, 0m).At("2026-11-16 10:00");
        town.Rules = town.Rules with { Remittance = new RemittanceRule(3, 2, 1.5m, IsLost: false) };
        var due = town.Bank.Send(Demat, Global, Inr(90_000m), Inr(0m), "F1").DueOn;
        town.Rules = PaperRules.Standard;

        // 19 November would be in time; two business days later is Monday.
        Assert.Equal(Day("2026-11-23"), due);
        Assert.Equal(Usd(0m), (await town.At("2026-11-22 10:00").ReadAsync(Global)).Settled);
        Assert.Equal(Usd(985m), (await town.At("2026-11-23 10:00").ReadAsync(Global)).Settled);
    }

    [Fact]
    public async Task A_remittance_may_be_lost()
    {
        using var town = new PaperTown().Open(100_000m, 0m);
        town.Rules = town.Rules with { Remittance = town.Rules.Remittance with { IsLost = true } };
        town.Bank.Send(Demat, Global, Inr(90_000m), Inr(0m), "F1");

        town.At("2026-12-10 10:00");

        Assert.Equal(PaperTransferState.Lost, Assert.Single(town.Bank.Transfers()).State);
        Assert.Empty(town.Bank.Arrivals());
        Assert.Equal((Inr(10_000m), Usd(0m)), ((await town.ReadAsync(Demat)).Settled, (await town.ReadAsync(Global)).Settled));
    }
}
