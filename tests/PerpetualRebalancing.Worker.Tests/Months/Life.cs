using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Demo;
using PerpetualRebalancing.Worker.Messages;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Service;

namespace PerpetualRebalancing.Worker.Tests.Months;

/// <summary>What the person does when asked.</summary>
internal enum Answer
{
    /// <summary>Says yes at half past nine in the evening, when no Indian market is open.</summary>
    YesAtNight,

    /// <summary>Says yes at once.</summary>
    YesAtOnce,

    /// <summary>Does not answer.</summary>
    None,
}

/// <summary>A household's life on a simulated clock, with the product's own review, batches, store and paper broker on real files. It
/// checks its ledgers against the broker's book after every step.</summary>
internal sealed partial class Life : IDisposable
{
    private static readonly TimeSpan AfterOpen = TimeSpan.FromMinutes(20);

    private readonly HouseholdFiles _files;
    private readonly SimulatedTime _clock;
    private readonly FragileTime _time;
    private readonly CalendarBook _calendars;
    private PlacingLease _lease;

    public Life(HouseholdFiles files, string start = "2026-06-01T06:00:00+05:30")
    {
        _files = files;
        _clock = new SimulatedTime(DateTimeOffset.Parse(start, System.Globalization.CultureInfo.InvariantCulture));
        _time = new FragileTime(_clock);
        Desk = Desk.Open(files.Settings, _time);
        _lease = Lease(Desk);
        _calendars = Desk.ReadRules().Books.Calendars;
    }

    public Desk Desk { get; private set; }

    public HouseholdState State => Desk.Store.State;

    public DateTimeOffset Now => _clock.GetUtcNow();

    public Slot Slot => Slot.Of(Desk.LocalDate(Now));

    /// <summary>How often the power failed.</summary>
    public int PowerCuts { get; private set; }

    public IEnumerable<Fact> Facts => Desk.Store.Facts().Select(f => f.Fact);

    public Batch? Batch => State.Batches.LastOrDefault();

    public ImmutableArray<Plan> Plans => [.. Desk.Store.Plans().Select(p => p.Read())];

    /// <summary>What lies in the outbox folder.</summary>
    public IEnumerable<string> Mails => Directory.EnumerateFiles(Desk.OutboxFolder).Order(StringComparer.Ordinal).Select(File.ReadAllText);

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The moment of a local time in India.</summary>
    public static DateTimeOffset India(int month, int day, int hour, int minute, int year = 2026) => new(year, month, day, hour, minute, 0, TimeSpan.FromHours(5.5));

    /// <summary>One month as its household lives it: income, review, answer. The batch goes on by itself when the clock does.</summary>
    public async Task<ReviewOutcome> MonthAsync(Answer answer = Answer.YesAtNight)
    {
        var slot = Slot;
        await EarnAsync(slot);
        await GoToAsync(DueAt(slot));
        var outcome = await ReviewAsync(slot);
        if (answer != Answer.None && State.Batches.FirstOrDefault(b => b.Slot == slot && !b.Approved) is { } asked)
        {
            await GoToAsync(answer == Answer.YesAtNight ? Now.AddHours(11.5) : Now);
            await ApproveAsync(asked.Id);
        }

        await GoToAsync(new DateTimeOffset(slot.Next.FirstDay.ToDateTime(new TimeOnly(6, 0)), TimeSpan.FromHours(5.5)));
        return outcome;
    }

    /// <summary>The household's incomes of a month, on their days.</summary>
    public async Task EarnAsync(Slot slot)
    {
        foreach (var income in Desk.Policy.Income.Where(i => i.Monthly.IsPositive).OrderBy(i => i.DayOfMonth))
        {
            await GoToAsync(new DateTimeOffset(new DateOnly(slot.Year, slot.Month, income.DayOfMonth).ToDateTime(new TimeOnly(8, 0)), TimeSpan.FromHours(5.5)));
            await Alive(() =>
            {
                Incomes.Record(Desk, income.Account, income.Monthly, income.Kind, "income", $"{slot}/{income.Kind}/{income.Account}", "story");
                return Task.FromResult(true);
            });
        }
    }

    public DateTimeOffset DueAt(Slot slot) => SlotSchedule.DueAt(Desk.Policy.Schedule, _calendars[Desk.Policy.Schedule.Venue], Desk.Zone, slot);

    public async Task<ReviewOutcome> ReviewAsync(Slot slot, bool allowShortTerm = false)
    {
        await AdvanceAsync();
        var outcome = await Alive(() => new MonthlyReview(Desk).RunAsync(slot, ReviewKind.Scheduled, "service", allowShortTerm, Stop));
        await new Deliveries(Desk, Desk.Sender).DeliverAsync(Stop);
        await SettleAccountsAsync();
        return outcome;
    }

    /// <summary>Says yes; a plan that the world has overtaken is asked again, and gets the same answer.</summary>
    public async Task<ApprovalAnswer> ApproveAsync(BatchId code)
    {
        var answer = await Alive(() => new Approvals(Desk, new MonthlyReview(Desk)).ApproveAsync(code.Value, "asha", Stop));
        return answer is ApprovalAnswer.Replanned { Review: ReviewOutcome.AwaitingApproval again } ? await ApproveAsync(again.Judged.Code) : answer;
    }

    /// <summary>Lives until a moment, stopping twenty minutes after every market's opening on the way, as the service's checks do.</summary>
    public async Task GoToAsync(DateTimeOffset moment)
    {
        while (NextMarketMoment() is var next && next < moment)
        {
            await StepAsync(next);
        }

        await StepAsync(moment);
    }

    /// <summary>Lives until no batch is open.</summary>
    public async Task FinishAsync(int days = 30)
    {
        var patience = Now.AddDays(days);
        while (!State.Batches.IsEmpty)
        {
            Assert.True(Now < patience, $"Still open after {days} days: {string.Join("; ", State.Batches.SelectMany(b => b.Legs).Select(l => $"{l.Plan.Id} {l.State} {l.Note}"))}");
            await StepAsync(NextMarketMoment());
        }
    }

    /// <summary>Moves the clock, works the batches and checks the ledgers.</summary>
    public async Task StepAsync(DateTimeOffset moment)
    {
        _clock.MoveTo(moment);
        if (State.Batches.IsEmpty && State.InTransit.IsEmpty)
        {
            return;
        }

        await AdvanceAsync();
    }

    /// <summary>Works the batches where the clock stands, and checks the ledgers.</summary>
    public async Task AdvanceAsync()
    {
        await Alive(async () =>
        {
            _lease.Renew();
            await new BatchRunner(Desk, _lease).AdvanceAsync(Stop);
            await new Deliveries(Desk, Desk.Sender).DeliverAsync(Stop);
            return true;
        });
        await SettleAccountsAsync();
    }

    /// <summary>The power fails once, when the program has asked for the time so often; the machine starts again by itself.</summary>
    public void PowerFailsAfter(int readings) => _time.DieWhen(() => true, readings);

    /// <summary>The power fails once, after the next order was journalled and before the broker has it.</summary>
    public void PowerFailsBeforePlacing() => _time.DieWhen(IsSubmitting, 0);

    /// <summary>The power fails once, after the broker has taken the next order and before we know.</summary>
    public void PowerFailsBeforeTheAnswer() => _time.DieWhen(IsSubmitting, 1);

    /// <summary>Stops the process without a word and starts it again from what is on disk.</summary>
    public void Restart()
    {
        Desk.Dispose();
        _time.Repair();

        // The dead process still holds the placing role until its heartbeat is old.
        _clock.MoveTo(Now + PlacingLease.Patience + TimeSpan.FromSeconds(1));
        Desk = Desk.Open(_files.Settings, _time);
        _lease = Lease(Desk);
    }

    /// <summary>Lets time pass without looking at anything, as a machine that is off, and works the batches then; the ledgers may be
    /// behind the bank.</summary>
    public async Task LookAwayUntilAsync(DateTimeOffset moment)
    {
        _clock.MoveTo(moment);
        _lease.Renew();
        await new BatchRunner(Desk, _lease).AdvanceAsync(Stop);
    }

    /// <summary>Lets time pass without a sign of life.</summary>
    public void Sleep(TimeSpan time) => _clock.MoveTo(Now + time);

    /// <summary>Changes files and restarts on them.</summary>
    public void Edit(Action<HouseholdFiles> change)
    {
        change(_files);
        Restart();
    }

    /// <summary>What the service does when it is woken for due reviews.</summary>
    public Task<DateTimeOffset> CareAsync() => new Caretaker(Desk, _lease).ReviewsDueAsync(Stop);

    /// <summary>Changes the paper broker's book behind everybody's back.</summary>
    public void OnPaper(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_files.Settings.DataFolder, "paper.db")};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.NotEqual(0, command.ExecuteNonQuery());
    }

    /// <summary>A second process on the same files.</summary>
    public Desk Another() => Desk.Open(_files.Settings, _time);

    public PlacingLease PlacingRole => _lease;

    /// <summary>Every account's ledger is the broker's book to the paisa, and every unit and claim adds up.</summary>
    public async Task SettleAccountsAsync()
    {
        var state = State;
        foreach (var account in Desk.Policy.Accounts)
        {
            var ledger = state.Accounts[account.Id];
            Assert.All(Enum.GetValues<EarmarkKind>(), kind => Assert.False(ledger.Claim(kind).IsNegative));
            if (state.Batches.SelectMany(b => b.Legs).Any(l => l.IsAtBroker && l.Plan.Account == account.Id))
            {
                continue;
            }

            var reading = await Desk.ReadAsync(account.Id, Stop);
            Assert.True(
                ledger.Cash == reading.Settled + reading.Unsettled,
                $"{Now:u} {account.Id}: the ledger has {ledger.Cash}, the broker {reading.Settled} settled and {reading.Unsettled} to come.");
            Assert.True(ledger.Reserved <= ledger.Cash, $"{Now:u} {account.Id}: {ledger.Tax} of tax and {ledger.Reserve} of reserve are claimed of {ledger.Cash}.");
            foreach (var instrument in Desk.Policy.Instruments.Where(i => i.Accounts.Contains(account.Id)))
            {
                Assert.Equal(reading.Holdings.FirstOrDefault(h => h.Instrument == instrument.Id)?.Quantity ?? Quantity.Zero, state.Held(account.Id, instrument.Id));
            }
        }
    }

    public void Dispose()
    {
        try
        {
            Assert.IsType<AuditVerification.Intact>(Desk.Store.VerifyChain());
        }
        finally
        {
            Desk.Dispose();
            _files.Dispose();
        }
    }

    private bool IsSubmitting() => State.Batches.SelectMany(b => b.Legs).Any(l => l.State == LegState.Submitting);

    private static PlacingLease Lease(Desk desk) => desk.Store.TryAcquirePlacing(Environment.ProcessId, "here") ?? throw new InvalidOperationException("Somebody else places.");

    /// <summary>Does something; when the power fails in it, starts again from disk and does it again.</summary>
    private async Task<T> Alive<T>(Func<Task<T>> work)
    {
        while (true)
        {
            try
            {
                _time.IsWorking = true;
                return await work();
            }
            catch (PowerCutException)
            {
                PowerCuts++;
                Restart();
            }
            finally
            {
                _time.IsWorking = false;
            }
        }
    }

    private DateTimeOffset NextMarketMoment() => Desk.Policy.Instruments.Select(i => i.Venue).Distinct()
        .Select(venue => _calendars[venue])
        .Select(c => c.NextSession(Now).Open + AfterOpen is var open && open > Now ? open : c.NextSession(c.NextSession(Now).Close).Open + AfterOpen)
        .Min();
}
