using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Backups;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Messages;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Service;

namespace PerpetualRebalancing.Worker.Tests.Months;

/// <summary>The machine is lost and its data folder with it; a backup that lay elsewhere is restored.</summary>
public sealed class RestoreTests : IDisposable
{
    private readonly TemporaryFolder _elsewhere = new();

    public void Dispose() => _elsewhere.Dispose();

    [Fact]
    public async Task A_quiet_household_decides_the_same_plan_after_it_was_restored_into_an_empty_folder()
    {
        using var life = new Life(new HouseholdFiles());
        await life.MonthAsync();
        await life.FinishAsync();
        var (plans, state, wanted) = (life.Desk.Store.Plans(), DomainJson.Hash(Bytes(life)), await Decided(life));
        var backup = Backup(life);

        life.Lose(settings => Restore(settings, life, backup));
        Assert.Equal(plans, life.Desk.Store.Plans());
        Assert.Equal(wanted, await Decided(life));
        Assert.Equal(state, DomainJson.Hash(Bytes(life)));
        Assert.StartsWith("restored from perpetual-", life.State.Halt, StringComparison.Ordinal);
        Assert.Equal("restore", life.Desk.Store.Runs(1)[0].Kind);
        Assert.Contains(life.Desk.Store.Alerts(), a => a.Kind == "restored" && a.Text.Contains("what happened after that is not in it", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_loss_in_the_middle_of_a_batch_every_order_and_transfer_was_made_once(bool brokerRemembers)
    {
        using var life = new Life(new HouseholdFiles());
        await life.EarnAsync(life.Slot);
        await life.GoToAsync(life.DueAt(life.Slot));
        await life.ReviewAsync(life.Slot);
        await life.ApproveAsync(life.Batch!.Id);
        var planned = life.Batch!.Legs;
        Assert.All(planned, l => Assert.Equal(LegState.Scheduled, l.State));
        var backup = Backup(life);

        // Orders are placed and money is sent, and then the machine is gone. A live broker's book is not lost with it.
        await life.GoToAsync(Life.India(7, 1, 22, 0));
        Assert.Contains(life.Batch!.Legs, l => !l.Filled.IsZero);
        var book = Path.Combine(_elsewhere.Root, "book.db");
        life.Lose(settings =>
        {
            Restore(settings, life, backup);
            if (brokerRemembers)
            {
                File.Copy(book, Path.Combine(settings.DataFolder, BackupFile.PaperBook), overwrite: true);
            }
        }, settings => File.Copy(Path.Combine(settings.DataFolder, BackupFile.PaperBook), book));

        // Nothing is placed before a person has looked; what is at the broker is booked.
        Assert.All(life.Batch!.Legs.Where(l => l.Plan.Instrument is not null), l => Assert.Equal(LegState.InDoubt, l.State));
        await life.LookAwayUntilAsync(Life.India(7, 2, 10, 0));
        Assert.DoesNotContain(life.Facts.SkipWhile(f => f is not Fact.Halted), f => f is Fact.LegMoved { State: LegState.Submitting } or Fact.MoneySent);
        Assert.Equal(brokerRemembers, life.Batch!.Legs.Any(l => !l.Filled.IsZero));

        life.Desk.Store.Transact("asha", t => t.Append(new Fact.Resumed("typed by a person")));
        for (var day = 2; day <= 4; day++)
        {
            await life.LookAwayUntilAsync(Life.India(7, day, 10, 30));
            await life.LookAwayUntilAsync(Life.India(7, day, 21, 0));
        }

        await life.FinishAsync();
        foreach (var leg in planned.Where(l => l.Plan.IsPurchase))
        {
            var filled = life.Facts.OfType<Fact.LegFilled>().Where(f => f.Leg == leg.Plan.Id).Sum(f => f.Quantity.Units);
            var atBroker = await life.Desk.BrokerOf(leg.Plan.Account).OrdersAsync(leg.Plan.Account, new DateOnly(2026, 6, 1), Life.Stop);
            Assert.Equal(filled, atBroker.Where(o => o.ClientKey.Contains(leg.Plan.Id.Value, StringComparison.Ordinal)).Sum(o => o.Filled.Units));
            Assert.InRange(filled, 1m, leg.Plan.Quantity.Units + 1m);
        }

        Assert.Single(life.Desk.Bank!.Transfers());
        Assert.Single(life.Facts.OfType<Fact.MoneySent>());
        Assert.Single(life.Facts.OfType<Fact.MoneyArrived>());
    }

    [Fact]
    public async Task What_waited_to_be_mailed_or_done_is_withheld_and_named()
    {
        using var life = new Life(new HouseholdFiles());
        await life.MonthAsync(Answer.None);
        life.Desk.Store.Transact("asha", t =>
        {
            t.Enqueue(new("report", null, "A report that waits", "body", "report/waits"));
            t.Raise(new(Severity.Warning, "test", "test/waits", "An alert that waits"));
            t.AddIntent("review", "{\"AllowShortTerm\":false}");
        });
        var backup = Backup(life);

        life.Lose(settings => Assert.Equal(
            ["A report that waits", "An alert that waits"],
            Assert.Single(Restore(settings, life, backup)).Withheld.Order(StringComparer.Ordinal)));
        Assert.Empty(life.Desk.Store.PendingIntents());
        await new Deliveries(life.Desk, life.Desk.Sender).DeliverAsync(Life.Stop);
        var mail = Assert.Single(Directory.GetFiles(life.Desk.OutboxFolder));
        Assert.StartsWith("001-critical-the-database-was-restored-from", Path.GetFileName(mail), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_with_a_database_is_left_alone_unless_told_and_a_running_service_always()
    {
        using var life = new Life(new HouseholdFiles());
        await life.MonthAsync();
        var (backup, settings) = (Backup(life), life.Desk.Settings);
        var restoration = new Restoration(settings, life.Desk.Time);
        Assert.Contains("--force", Assert.Throws<ConfigurationException>(() => restoration.From(backup, replace: false, "asha")).Message, StringComparison.Ordinal);
        life.PlacingRole.Renew();
        Assert.Contains("stop it first", Assert.Throws<ConfigurationException>(() => restoration.From(backup, replace: true, "asha")).Message, StringComparison.Ordinal);

        var facts = life.Desk.Store.Current.Sequence;
        life.PlacingRole.Release();
        life.Replace(() => Assert.Equal([Path.Combine(settings.DataFolder, "household.db"), Path.Combine(settings.DataFolder, "paper.db")], Put(restoration.From(backup, replace: true, "asha").PutAside!, settings)));
        Assert.True(life.Desk.Store.Current.Sequence > facts);
        Assert.Null(Directory.GetDirectories(settings.DataFolder, ".restore-*").FirstOrDefault());
    }

    [Fact]
    public async Task The_service_makes_one_backup_a_day_and_tells_when_it_cannot()
    {
        using var life = new Life(new HouseholdFiles());
        NightlyBackup.RunIfDue(life.Desk);
        life.Sleep(TimeSpan.FromHours(6));
        NightlyBackup.RunIfDue(life.Desk);
        var folder = new BackupFolder(life.Desk.Settings.Backup, life.Desk.Settings.DataFolder, life.Desk.Time);
        Assert.Single(folder.List());

        Directory.Delete(folder.Folder, recursive: true);
        await File.WriteAllTextAsync(folder.Folder, "in the way", Life.Stop);
        life.Sleep(TimeSpan.FromDays(1));
        NightlyBackup.RunIfDue(life.Desk);
        NightlyBackup.RunIfDue(life.Desk);
        Assert.Single(life.Desk.Store.Alerts(), a => a.Kind == "backup" && a.Text.Contains("no backup was made", StringComparison.Ordinal));
        File.Delete(folder.Folder);
        NightlyBackup.RunIfDue(life.Desk);
        Assert.Single(folder.List());
    }

    private static string[] Put(string aside, Settings settings) =>
        [.. Directory.GetFiles(aside, "*.db").Select(f => Path.Combine(settings.DataFolder, Path.GetFileName(f))).Order(StringComparer.Ordinal)];

    private static async Task<string> Decided(Life life)
    {
        var dry = await new MonthlyReview(life.Desk).DryRunAsync(life.Slot, ReviewKind.AdHoc, false, Life.Stop);
        return dry.Plan.Hash;
    }

    /// <summary>What the household knows, without what the restoration itself added.</summary>
    private static byte[] Bytes(Life life) => System.Text.Encoding.UTF8.GetBytes(string.Join('\n', life.Facts.TakeWhile(f => f is not Fact.Halted).Select(DomainJson.Text)));

    private string Backup(Life life) =>
        new BackupFolder(BackupSettings.Usual with { Folder = Path.Combine(_elsewhere.Root, "backups") }, life.Desk.Settings.DataFolder, life.Desk.Time).Make().Entry.Path;

    private static ImmutableArray<RestoredHousehold> Restore(Settings settings, Life life, string backup) =>
        new Restoration(settings, life.Desk.Time).From(backup, replace: false, "asha").Households;
}
