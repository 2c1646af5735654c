using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Web;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Adapters.Vault;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Service;
using PerpetualRebalancing.Worker.Tests.Web;

namespace PerpetualRebalancing.Worker.Tests.Faults;

/// <summary>A real service that is told to stop (SIGTERM) in each of its steps, at one write of the step after the other: it ends within the
/// ten seconds that a supervisor gives it, and the month ends as it would have.</summary>
public class StoppedStepsTests
{
    private const int Alerts = 60;
    private const string Drill = "drill";

    private static readonly int Stops = Environment.GetEnvironmentVariable("NIGHTLY") == "1" ? 12 : 2;

    private static readonly RuntimeKey Key = RuntimeKey.Parse(RunningPage.Key.Value)!;

    /// <summary>What must be so before a step, how it is begun, and what it writes in the data folder.</summary>
    private static readonly ImmutableArray<Step> Steps =
    [
        new("starting", Reached.Nothing, "household.db", (_, _) => Task.CompletedTask),
        new("the nightly backup", Reached.Nothing, "backups", (_, _) => Task.CompletedTask),
        new("idle", Reached.Started, "household.db", (_, _) => Task.CompletedTask),
        new("the review", Reached.Started, "household.db", (life, _) => life.AskForReviewAsync()),
        new("the second run of the gates", Reached.Asked, "household.db", (life, port) => life.ApproveAsync(port)),
        new("placing", Reached.Approved, "paper.db", (_, _) => Task.CompletedTask),
        new("waiting for settlement", Reached.Placed, "household.db", (_, _) => Task.CompletedTask),
        new("delivering", Reached.Started, "outbox", (life, _) => life.RaiseAlertsAsync()),
    ];

    public static TheoryData<string, int> Moments => [.. Steps.SelectMany(s => Enumerable.Range(0, Stops).Select(i => (s.Name, i * s.Stride)))];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Task<string[]>? s_undisturbed;

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task Told_to_stop_in_any_step_it_ends_within_ten_seconds_and_the_month_ends_as_it_would_have(string name, int write)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        var expected = await (s_undisturbed ??= LiveAsync(null, 0));
        Assert.Contains(expected, t => t.Contains($" {Side.Sell} ", StringComparison.Ordinal));
        Assert.Contains(expected, t => t.Contains($" {Side.Buy} ", StringComparison.Ordinal));
        Assert.Equal(expected, await LiveAsync(Steps.Single(s => s.Name == name), write));
    }

    /// <summary>Lives the month, and stops the service once.</summary>
    /// <returns>What was traded.</returns>
    private static async Task<string[]> LiveAsync(Step? stopped, int write)
    {
        using var life = new ServedMonth();
        if (stopped is not null)
        {
            await life.StopInAsync(stopped, write);
        }

        await life.ServeAsync(Reached.Placed);
        return await life.FinishAsync();
    }

    /// <summary>How far the month is.</summary>
    private enum Reached
    {
        Nothing,
        Started,
        Asked,
        Approved,
        Placed,
    }

    /// <param name="Name">Of the step.</param>
    /// <param name="After">How far the month is before it.</param>
    /// <param name="Files">How the names of what it writes begin.</param>
    /// <param name="BeginAsync">Begins it, where it does not begin by itself.</param>
    private sealed record Step(string Name, Reached After, string Files, Func<ServedMonth, int, Task> BeginAsync)
    {
        /// <summary>Writes between two stops.</summary>
        public int Stride => Name == "delivering" ? Alerts / 4 : 1;
    }

    /// <summary>A month of the example household whose exchanges never close, served by one process after another.</summary>
    private sealed class ServedMonth : IDisposable
    {
        private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

        private readonly Installation _installation = RunningPage.WithPage(new Installation().WithMarketsOpen()).Rewrite("paper/prices.csv", Overweight)
            .Edit("household.json", "\"maximumTurnoverPercent\": 15", "\"maximumTurnoverPercent\": 60");

        public async Task StopInAsync(Step step, int write)
        {
            if (step.After > Reached.Started)
            {
                await ServeAsync(step.After);
            }

            Directory.CreateDirectory(_installation.Data);
            using var watcher = new FileSystemWatcher(_installation.Data) { IncludeSubdirectories = true, InternalBufferSize = 65_536 };
            var (writes, come) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            void Count(object sender, FileSystemEventArgs e)
            {
                if (e.Name!.StartsWith(step.Files, StringComparison.Ordinal) && Interlocked.Increment(ref writes) > write)
                {
                    come.TrySetResult();
                }
            }

            watcher.Created += Count;
            watcher.Changed += Count;
            watcher.Renamed += Count;
            var port = RunningPage.FreePort();
            if (step.After == Reached.Nothing)
            {
                watcher.EnableRaisingEvents = true;
            }

            using var service = RunningService.Launch(_installation, RunningPage.Key, ("PERPETUAL_PAGE", $"127.0.0.1:{port}"));
            if (step.After != Reached.Nothing)
            {
                await service.HasStarted();
                watcher.EnableRaisingEvents = true;
            }

            var begun = step.BeginAsync(this, port);
            await come.Task.WaitAsync(TimeSpan.FromSeconds(60), Stop);
            var code = await service.Terminate(Bound);
            Assert.True(code == ExitCode.Done, $"{step.Name}, write {write}: {code} {await service.Said()}");
            try
            {
                await begun;
            }
            catch (HttpRequestException)
            {
                // Whoever was answered by a page that ended in the middle asks again.
            }

            var audit = await _installation.Start("audit", "verify");
            Assert.True(audit.Code == ExitCode.Done || (audit.Code == ExitCode.BadUsage && step.After == Reached.Nothing), $"{step.Name}, write {write}: {audit.Output}{audit.Error}");
            Assert.DoesNotContain("BROKEN", audit.Output, StringComparison.Ordinal);
        }

        /// <summary>Serves until the month is so far, then stops in order.</summary>
        public async Task ServeAsync(Reached until)
        {
            var port = RunningPage.FreePort();
            using var service = RunningService.Launch(_installation, RunningPage.Key, ("PERPETUAL_PAGE", $"127.0.0.1:{port}"));
            await service.HasStarted();
            if (until >= Reached.Asked)
            {
                await AskForReviewAsync();
                await RunningService.Until(() => Look(s => s.State.Batches.Length == 1 && s.PendingOutbox().IsEmpty));
            }

            if (until >= Reached.Approved && Look(s => !s.State.Batches.Single().Approved))
            {
                await ApproveAsync(port);
                Assert.True(Look(s => s.State.Batches.Single().Approved));
            }

            if (until >= Reached.Placed)
            {
                await RunningService.Until(() => Look(s => s.State.Batches.Single().Legs is var legs && legs.Any(l => !l.Filled.IsZero) && legs.All(l => l.State is not LegState.Submitting)));
            }

            await RunningService.Until(() => Look(s => s.PendingOutbox().IsEmpty && s.Alerts().All(a => a.Kind != Drill || a.ToldAt is not null)));
            Assert.Equal(ExitCode.Done, await service.Terminate(Bound));
        }

        /// <summary>Asks for the month's review, unless it was made or asked for.</summary>
        public Task AskForReviewAsync()
        {
            using var store = _installation.OpenAt(TimeProvider.System);
            if (store.State.Batches.IsEmpty && store.PendingIntents().IsEmpty)
            {
                store.Transact("asha", t => t.AddIntent(Caretaker.ReviewIntent, JsonSerializer.Serialize(new ReviewRequest(false), ServiceJson.Default.ReviewRequest)));
            }

            return Task.CompletedTask;
        }

        /// <summary>Follows the link of the request, and confirms.</summary>
        public async Task ApproveAsync(int port)
        {
            var batch = Look(s => s.State.Batches.Single());
            var path = new ApprovalLink(Key).Write(new Uri("https://page.example/"), new ApprovalToken(batch.Id, batch.PlanHash, LinkAction.Approve, new MemberId("asha"), batch.Expires)).PathAndQuery;
            var query = HttpUtility.ParseQueryString(path[path.IndexOf('?', StringComparison.Ordinal)..]);
            using var person = new WebVisitor(port);
            await RunningService.Until(() => IsUp(port));
            await person.Get(path);
            await person.Post("/answer", [.. query.AllKeys.Select(k => (k!, query[k]!))]);
        }

        /// <summary>Leaves many messages to be delivered.</summary>
        public Task RaiseAlertsAsync()
        {
            using var store = _installation.OpenAt(TimeProvider.System);
            store.Transact("asha", t =>
            {
                for (var i = 0; i < Alerts; i++)
                {
                    t.Raise(new Alert(Severity.Critical, Drill, FormattableString.Invariant($"drill/{i}"), FormattableString.Invariant($"Drill {i}.")));
                }
            });
            return Task.CompletedTask;
        }

        /// <summary>Lives on from day to day until the batch is closed.</summary>
        public async Task<string[]> FinishAsync()
        {
            var time = new LaterTime(TimeSpan.Zero);
            using var desk = Desk.Open(Settings.From(_installation.Root, ImmutableDictionary<string, string>.Empty), time);
            using var lease = desk.Store.TryAcquirePlacing(Environment.ProcessId, Environment.MachineName)!;
            Assert.NotNull(lease);
            for (var steps = 0; !desk.Store.State.Batches.IsEmpty; steps++)
            {
                Assert.True(steps < 80, $"Still open: {string.Join("; ", desk.Store.State.Batches.SelectMany(b => b.Legs).Select(l => $"{l.Plan.Id} {l.State} {l.Note}"))}");
                time.Later += TimeSpan.FromHours(12);
                lease.Renew();
                await new BatchRunner(desk, lease).AdvanceAsync(Stop);
            }

            Assert.IsType<AuditVerification.Intact>(desk.Store.VerifyChain());
            var facts = desk.Store.Facts().Select(f => f.Fact).ToArray();
            Assert.Single(facts.OfType<Fact.BatchPlanned>());
            Assert.Single(facts.OfType<Fact.BatchApproved>());
            var fills = facts.OfType<Fact.LegFilled>().ToArray();
            Assert.Equal(fills.Length, fills.Select(f => f.FillId).Distinct().Count());
            foreach (var account in desk.Policy.Accounts)
            {
                var reading = await desk.ReadAsync(account.Id, Stop);
                Assert.Equal(desk.Store.State.Accounts[account.Id].Cash, reading.Settled + reading.Unsettled);
                Assert.All(reading.Holdings, h => Assert.Equal(h.Quantity, desk.Store.State.Held(account.Id, h.Instrument)));
            }

            var mails = Directory.GetFiles(Path.Combine(_installation.Data, "outbox"), "*.eml");
            Assert.Equal(mails.Length, mails.Select(m => File.ReadLines(m).First(l => l.StartsWith("Message-ID:", StringComparison.Ordinal))).Distinct().Count());
            return [.. fills.Select(f => $"{f.Leg} {f.Account} {f.Side} {f.Quantity} {f.Instrument}").Order(StringComparer.Ordinal)];
        }

        public void Dispose() => _installation.Dispose();

        // The Nasdaq is dear, so that the month sells, waits for what the sale brings, and buys.
        private static string Overweight(string prices) => string.Join('\n', prices.Split('\n').Select(line =>
            line.Split(',') is [var date, ("MON100" or "XNAS") and var name, var price]
                ? string.Create(CultureInfo.InvariantCulture, $"{date},{name},{decimal.Parse(price, CultureInfo.InvariantCulture) * 1.5m:0.0000}")
                : line));

        private T Look<T>(Func<HouseholdStore, T> look)
        {
            using var store = _installation.Open();
            return look(store);
        }

        private static bool IsUp(int port)
        {
            try
            {
                using var client = new System.Net.Sockets.TcpClient("127.0.0.1", port);
                return true;
            }
            catch (System.Net.Sockets.SocketException)
            {
                return false;
            }
        }
    }
}
