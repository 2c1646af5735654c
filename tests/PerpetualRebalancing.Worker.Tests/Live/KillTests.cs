using System.Diagnostics;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Worker.Tests.Live;

/// <summary>A real process against a broker on a real socket, killed (SIGKILL) while a request is received, done or answered, and
/// started again: no order is placed twice, none is lost, and the month ends as it would have without.</summary>
public sealed class KillTests
{
    private static readonly bool IsNight = Environment.GetEnvironmentVariable("NIGHTLY") == "1";
    private static readonly int Runs = IsNight ? 500 : 40;

    /// <summary>The program that is killed.</summary>
    internal static string VictimFile { get; } = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "PerpetualRebalancing.Victim", Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)), "PerpetualRebalancing.Victim.dll"));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_any_step_of_a_month_it_places_each_order_once_and_ends_as_if_it_had_not_been_killed()
    {
        var (expected, moments) = await LiveAsync(killAt: null);
        Assert.Equal(2, expected.Count);
        Assert.True(moments > 30, $"The month has only {moments} moments.");

        // A life mostly waits, for its process to start and for what the broker allows; by day other tests use that time.
        var together = new ParallelOptions { MaxDegreeOfParallelism = IsNight ? 3 * Environment.ProcessorCount : 1, CancellationToken = Stop };
        await Parallel.ForAsync(0, Runs, together, async (run, _) =>
        {
            var at = 1 + (int)((long)run * moments / Runs);
            var (ended, _) = await LiveAsync(at);
            Assert.True(expected.SequenceEqual(ended), $"Killed at moment {at} of {moments}: {string.Join(", ", ended)} instead of {string.Join(", ", expected)}.");
        });
    }

    /// <summary>Lives the month; kills the process once, at a moment of a request.</summary>
    /// <returns>What was traded, and how many moments there were.</returns>
    private static async Task<(List<string> Traded, int Moments)> LiveAsync(int? killAt)
    {
        await using var home = new AmericanHome();
        await home.OpenAsync();
        home.MoveTo(AmericanHome.NewYork(2026, 11, 30, 10, 0));
        var (moments, victim) = (0, Start(home));
        home.Alpaca.Watch = _ =>
        {
            if (Interlocked.Increment(ref moments) == killAt)
            {
                victim.Kill();
            }
        };
        try
        {
            // Each day from the opening to the close; what was killed is started again, and finds the placing role free a minute later.
            DateTimeOffset[] days = [AmericanHome.NewYork(2026, 11, 30, 10, 0), AmericanHome.NewYork(2026, 12, 1, 10, 0), AmericanHome.NewYork(2026, 12, 2, 10, 0), AmericanHome.NewYork(2026, 12, 3, 10, 0)];
            foreach (var moment in days.SelectMany(d => Enumerable.Range(0, 5).Select(i => d.AddMinutes(3 * i))))
            {
                home.MoveTo(moment);
                for (var looks = 0; looks < 3; looks++)
                {
                    await victim.StepAsync();
                    if (victim.HasDied)
                    {
                        victim.Dispose();
                        home.MoveTo(moment.AddMinutes(2));
                        victim = Start(home);
                        await victim.StepAsync();
                    }

                    home.Deal();
                }
            }
        }
        finally
        {
            victim.Dispose();
        }

        Assert.Equal(home.Alpaca.Orders.Count, home.Alpaca.Orders.Select(o => o.Key).Distinct().Count());
        using var store = HouseholdStore.Open(home.Settings.Database, new HouseholdId("smith"), home.Clock);
        var account = new AccountId(AmericanHome.Account);
        Assert.True(store.State.Batches.IsEmpty, $"Killed at moment {killAt}: a batch is still open: {string.Join("; ", store.State.Batches.SelectMany(b => b.Legs).Select(l => $"{l.Plan.Id} {l.State} {l.Note}"))}");
        Assert.Equal(home.Alpaca.Cash, store.State.Accounts[account].Cash.Amount);
        Assert.All(home.Alpaca.Positions, p => Assert.Equal(p.Value, store.State.Held(account, new InstrumentId(p.Key)).Units));
        return ([.. home.Alpaca.Orders.Where(o => o.Filled > 0m).Select(o => $"{o.Side} {o.Filled} {o.Symbol}").Order(StringComparer.Ordinal)], moments);
    }

    private static Victim Start(AmericanHome home)
    {
        var start = new ProcessStartInfo("dotnet", [VictimFile, home.Folder, home.ClockFile]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in home.Variables)
        {
            start.Environment[name] = value;
        }

        start.Environment["PERPETUAL_DATA"] = home.Settings.DataFolder;
        start.Environment["PERPETUAL_CONFIG"] = home.Settings.ConfigFolder;
        return new Victim(Process.Start(start)!);
    }

    /// <summary>The process, which says a line after each of its steps.</summary>
    private sealed class Victim(Process process) : IDisposable
    {
        private readonly Task<string> _errors = process.StandardError.ReadToEndAsync(Stop);
        private bool _isKilled;

        public bool HasDied { get; private set; }

        public void Kill()
        {
            _isKilled = true;
            process.Kill();
        }

        /// <summary>Waits until it has made a whole step that began after now, or died.</summary>
        public async Task StepAsync()
        {
            for (var lines = 0; lines < 2; lines++)
            {
                if (await process.StandardOutput.ReadLineAsync(Stop) is null)
                {
                    await process.WaitForExitAsync(Stop);
                    HasDied = true;
                    Assert.True(_isKilled, $"It died by itself: {await _errors}");
                    return;
                }
            }
        }

        public void Dispose()
        {
            if (!process.HasExited)
            {
                process.Kill();
                process.WaitForExit();
            }

            process.Dispose();
        }
    }
}
