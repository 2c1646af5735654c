using System.Diagnostics;
using System.Globalization;
using PerpetualRebalancing.Adapters.Backups;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Messages;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Service;
using PerpetualRebalancing.Worker.Tests.Live;
using PerpetualRebalancing.Worker.Tests.Months;

namespace PerpetualRebalancing.Worker.Tests.Soak;

/// <summary>What only shows after years: memory, files and database that grow, a chain that breaks, a ledger that drifts away.</summary>
[Collection(Alone.Name)]
public sealed class TenYearsTests
{
    private static int Years => Environment.GetEnvironmentVariable("NIGHTLY") == "1" ? 11 : 10;

    /// <summary>Reviews each month, half of the years at work and half in retirement, with everything going wrong in turn: nobody answers, an
    /// order is refused, the power fails, placing is halted, a job is lost, a month is slept through, a backup cannot be written.</summary>
    [Fact]
    public async Task Ten_years_leave_memory_and_files_as_they_were_a_database_that_grew_evenly_and_every_ledger_and_chain_whole()
    {
        using var life = new Life(LongFiles.Make(seed: 7));
        var (watch, marks) = (Stopwatch.StartNew(), new List<Mark>());
        for (var month = 0; month < Years * 12; month++)
        {
            if (month == 12)
            {
                // What a household on paper does not meet by itself: its letters are written all the same.
                life.Desk.Store.Transact("service", t => Array.ForEach(
                    ["login", "dead-man", "failed", "restored", "instruction", "reconcile", "foreign", "money", "funding", "plan", "Blocked", "Rejected", "sell-program", "gate"],
                    kind => t.Raise(new Alert(Severity.Critical, kind, $"drill/{kind}", $"A drill of {kind}."))));
            }

            if (month == Years * 6)
            {
                Record(life, new Fact.PhaseSet(Phase.Retirement));
            }

            await LiveAsync(life, month);
            if (month % 12 == 11)
            {
                marks.Add(Mark.Of(life));
            }
        }

        await life.FinishAsync();
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Years} years took {watch.Elapsed.TotalSeconds:0} s, with {life.PowerCuts} power cuts and {life.Facts.Count()} facts."));
        output.WriteLine("year  managed kB  handles  database kB");
        foreach (var (mark, year) in marks.Select((m, i) => (m, i + 1)))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{year,4}  {mark.Managed >> 10,10}  {mark.Handles,7}  {mark.Database >> 10,11}"));
        }

        var reviewed = life.Facts.OfType<Fact.BatchPlanned>().Where(b => b.Kind == ReviewKind.Scheduled).Select(b => b.Slot)
            .Concat(life.Desk.Store.SlotClaims().Where(c => c.FinishedAt is not null).Select(c => c.Slot)).Distinct().Count();
        Assert.Equal(Years * 12, reviewed);
        Assert.Contains(life.Plans, p => p.Program is ProgramStep.Sell);
        Assert.Contains(life.Facts, f => f is Fact.Withdrawn);
        await life.SettleAccountsAsync();
        Assert.IsType<AuditVerification.Intact>(life.Desk.Store.VerifyChain());

        var kinds = life.Desk.Store.Alerts().Select(a => a.Kind).Distinct().Order(StringComparer.Ordinal).ToArray();
        output.WriteLine($"Alerts: {life.Desk.Store.Alerts().Length} of the kinds {string.Join(", ", kinds)}.");
        Assert.Superset(new HashSet<string> { "Expired", "InDoubt", "Rejected", "Superseded", "backup", "income", "missed", "tax", "withdrawal" }, kinds.ToHashSet());
        Assert.Empty(life.Desk.Store.PendingOutbox());

        // Of the second year and the last: what a household's longer history needs, and no more.
        var (early, late) = (marks[1], marks[^1]);
        Assert.True(late.Managed < early.Managed + (24L << 20), $"{early.Managed >> 10} kB of managed memory became {late.Managed >> 10} kB.");
        if (OperatingSystem.IsLinux())
        {
            Assert.InRange(late.Handles, early.Handles - 8, early.Handles + 8);
        }

        // Evenly: no year takes more than three times the mean of all of them.
        var growth = marks.Zip(marks.Skip(1), (a, b) => b.Database - a.Database).ToArray();
        Assert.All(growth, g => Assert.InRange(g, 0, (long)(3 * growth.Average())));
    }

    [Fact]
    public async Task Thirty_logins_that_lapse_hold_up_the_account_until_the_next_login_and_leave_no_handle_open()
    {
        await using var home = new IndianHome();
        await home.OpenAsync();
        using var desk = Desk.Open(home.Settings, home.Clock);
        using var lease = desk.Store.TryAcquirePlacing(Environment.ProcessId, Environment.MachineName)!;
        using var caretaker = new Caretaker(desk, lease);
        var (account, stop, early) = (new AccountId(IndianHome.Account), Life.Stop, 0);
        for (var morning = 1; morning <= 30; morning++)
        {
            home.MoveTo(IndianHome.Kolkata(2026, 12, 1, 9, 30).AddDays(morning));
            lease.Renew();
            Assert.IsNotType<SessionState.Ready>(await desk.SessionAsync(account, stop));
            await caretaker.ReviewsDueAsync(stop);
            Assert.Contains("is logged in until", await home.LogInAsync(), StringComparison.Ordinal);
            Assert.IsType<SessionState.Ready>(await desk.SessionAsync(account, stop));
            await caretaker.ReviewsDueAsync(stop);
            await caretaker.TickAsync(stop);
            early = morning == 5 ? Mark.OpenHandles() : early;
        }

        Assert.Equal(1, home.Kite.Sessions);
        Assert.IsType<AuditVerification.Intact>(desk.Store.VerifyChain());
        if (OperatingSystem.IsLinux())
        {
            Assert.InRange(Mark.OpenHandles(), 0, early + 16);
        }
    }

    /// <summary>One month, and what goes wrong in it.</summary>
    private static async Task LiveAsync(Life life, int month)
    {
        switch (month % 12)
        {
            case 1:
                await life.MonthAsync(Answer.None);
                break;
            case 2:
                await RefuseAsync(life);
                break;
            case 3:
                life.PowerFailsAfter(4);
                await life.MonthAsync();
                break;
            case 4:
                life.PowerFailsBeforePlacing();
                await life.MonthAsync();
                break;
            case 5:
                Record(life, new Fact.Halted("a drill"));
                Record(life, new Fact.Resumed("the drill is over"));
                Record(life, new Fact.JobLossSet(true));
                await life.MonthAsync(Answer.YesAtOnce);
                Record(life, new Fact.JobLossSet(false));
                break;
            case 6:
                // Nobody looks until long after the day.
                await life.GoToAsync(life.DueAt(life.Slot).AddDays(9));
                await life.CareAsync();
                await life.MonthAsync();
                break;
            case 8:
                // The review comes before the month's income.
                await life.GoToAsync(life.DueAt(life.Slot));
                await life.ReviewAsync(life.Slot);
                await life.MonthAsync();
                break;
            case 7:
                await BackUpAsync(life);
                await life.MonthAsync();
                break;
            default:
                await life.MonthAsync();
                break;
        }

        await life.CareAsync();
        await new Deliveries(life.Desk, life.Desk.Sender).DeliverAsync(Life.Stop);

        // The household reads its messages once a month.
        life.Desk.Store.Transact("asha", t => Array.ForEach([.. life.Desk.Store.Alerts().Where(a => a.AcknowledgedAt is null)], a => t.Acknowledge(a.Id)));
        if (month % 3 == 0)
        {
            NightlyBackup.RunIfDue(life.Desk);
        }
    }

    /// <summary>The broker refuses every order for a month.</summary>
    private static async Task RefuseAsync(Life life)
    {
        var rules = Path.Combine(life.Desk.Settings.ConfigFolder, "paper", "rules.json");
        var usual = await File.ReadAllTextAsync(rules, Life.Stop);
        life.Edit(f => f.Rule("""{ "reject": "not today" }"""));
        await life.MonthAsync();
        life.Edit(_ => File.WriteAllText(rules, usual));
    }

    /// <summary>The folder of the backups is in the way of itself for a night.</summary>
    private static async Task BackUpAsync(Life life)
    {
        life.Sleep(TimeSpan.FromDays(1));
        var folder = new BackupFolder(life.Desk.Settings.Backup, life.Desk.Settings.DataFolder, life.Desk.Time).Folder;
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        await File.WriteAllTextAsync(folder, "in the way", Life.Stop);
        NightlyBackup.RunIfDue(life.Desk);
        File.Delete(folder);
        NightlyBackup.RunIfDue(life.Desk);
    }

    private static void Record(Life life, Fact fact) => life.Desk.Store.Transact("asha", t => t.Append(fact));

    /// <summary>What the process and its database take.</summary>
    private sealed record Mark(long Managed, int Handles, long Database)
    {
        public static Mark Of(Life life) => new(
            GC.GetTotalMemory(forceFullCollection: true), OpenHandles(), new FileInfo(life.Desk.Settings.Database).Length);

        public static int OpenHandles() => OperatingSystem.IsLinux() ? Directory.GetFileSystemEntries("/proc/self/fd").Length : 0;
    }
}
