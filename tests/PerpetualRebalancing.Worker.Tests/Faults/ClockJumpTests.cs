using System.Diagnostics;
using System.Globalization;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Worker.Tests.Faults;

/// <summary>The service's steps in a process whose clock jumps: an hour and a day, forward and back, in a review, while orders wait and
/// while they are at the broker.</summary>
public class ClockJumpTests
{
    private static readonly TimeSpan[] Jumps = [TimeSpan.FromHours(1), TimeSpan.FromHours(-1), TimeSpan.FromDays(-1), TimeSpan.FromDays(1), TimeSpan.FromHours(-25)];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_the_clock_does_each_month_is_reviewed_once_and_each_order_placed_once()
    {
        using var installation = new Installation().Edit("household.json", "\"rule\": \"alwaysAsk\"", "\"rule\": \"automatic\"");
        var clock = Path.Combine(installation.Root, "now");
        var moment = new DateTimeOffset(2026, 6, 29, 9, 0, 0, TimeSpan.FromHours(5.5));
        Set(moment);
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Live.KillTests.VictimFile, installation.Root, clock]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(Stop);
        try
        {
            for (var (hour, jump) = (0, 0); hour < 14 * 24; hour += 3)
            {
                moment = moment.AddHours(3);
                await StepAt(moment);
                if (hour % 12 == 0)
                {
                    await StepAt(moment + Jumps[jump++ % Jumps.Length]);
                }
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(Stop);
        }

        using var store = installation.Open();
        Assert.IsType<AuditVerification.Intact>(store.VerifyChain());
        Assert.Single(store.Plans(), p => p.Slot == new Domain.Slot(2026, 6));
        Assert.Equal(["2026-06"], store.SlotClaims().Select(c => c.Slot.ToString()));
        var facts = store.Facts().Select(f => f.Fact).ToArray();
        var placed = facts.OfType<Fact.LegMoved>().Where(m => m.State == LegState.Submitting).Select(m => m.ClientKey).ToArray();
        Assert.NotEmpty(placed);
        Assert.Equal(placed.Distinct(), placed);
        Assert.NotEmpty(facts.OfType<Fact.LegFilled>());
        Assert.Equal(facts.OfType<Fact.LegFilled>().Count(), facts.OfType<Fact.LegFilled>().DistinctBy(f => (f.Batch, f.Leg, f.FillId)).Count());
        Assert.DoesNotContain(store.Alerts(), a => a.Kind is "failed" or "reconcile");

        void Set(DateTimeOffset at)
        {
            File.WriteAllText($"{clock}.part", at.ToString("O", CultureInfo.InvariantCulture));
            File.Move($"{clock}.part", clock, overwrite: true);
        }

        // Two lines: a whole step that began after the clock was set.
        async Task StepAt(DateTimeOffset at)
        {
            Set(at);
            for (var lines = 0; lines < 2; lines++)
            {
                Assert.True(await process.StandardOutput.ReadLineAsync(Stop) is not null, $"It died at {at:u}: {(process.HasExited ? await errors : "")}");
            }
        }
    }
}
