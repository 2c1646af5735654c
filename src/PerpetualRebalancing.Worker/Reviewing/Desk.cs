using System.Collections.Immutable;
using System.Security.Cryptography;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Brokers.Paper;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Outside;

namespace PerpetualRebalancing.Worker.Reviewing;

/// <summary>Everything one household works with: its policy, its memory, its broker, its prices and the clock.</summary>
internal sealed class Desk : IDisposable
{
    private readonly RuleFolder _rules;
    private readonly Lazy<Services> _services;
    private readonly Lazy<MailWire?> _wire;
    private readonly OutboxFolder _outbox;

    private Desk(Settings settings, LoadedHousehold loaded, OpeningBook opening, HouseholdStore store, RuleFolder rules, IOutside outside, TimeProvider time)
    {
        Settings = settings;
        Policy = loaded.Household;
        Opening = opening;
        Warnings = loaded.Warnings;
        Store = store;
        Time = time;
        Outside = outside;
        Zone = TimeZoneInfo.FindSystemTimeZoneById(loaded.Household.Schedule.TimeZone);
        _rules = rules;
        _outbox = new OutboxFolder(settings.Outbox);
        _services = new Lazy<Services>(() => ServicesFile.Load(settings.ServicesFile));
        _wire = new Lazy<MailWire?>(() => Services.Mail is { } mail ? MailWire.Open(mail, settings, Policy.Id, time, RandomNumberGenerator.Fill) : null);
    }

    /// <summary>Where things lie.</summary>
    public Settings Settings { get; }

    /// <summary>What the household decided.</summary>
    public Household Policy { get; }

    /// <summary>What the household owned when it was recorded, as the file says it today.</summary>
    public OpeningBook Opening { get; }

    /// <summary>What the household file made us wonder about.</summary>
    public ImmutableArray<string> Warnings { get; }

    /// <summary>What happened so far.</summary>
    public HouseholdStore Store { get; }

    /// <summary>Where outside services are, our own page among them; read when first asked for.</summary>
    /// <exception cref="ConfigurationException">The file has faults.</exception>
    public Services Services => _services.Value;

    /// <summary>The household's mail; null where messages go into a folder.</summary>
    public MailWire? Wire => _wire.Value;

    /// <summary>Takes messages on their way.</summary>
    public IMailSender Sender => (IMailSender?)Wire?.Sender ?? _outbox;

    /// <summary>Brokers, prices and the bank.</summary>
    public IOutside Outside { get; }

    /// <summary>The embedded bank; null where a person moves the money and says so.</summary>
    public PaperBank? Bank => Outside.Bank;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>The schedule's time zone.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>The folder that messages are delivered to.</summary>
    public string OutboxFolder => Settings.Outbox;

    /// <summary>Whether the household of an installation was recorded, asked without writing anything.</summary>
    /// <exception cref="ConfigurationException">The household file is missing or wrong.</exception>
    /// <exception cref="StoreException">The database cannot be used.</exception>
    public static bool IsRecorded(Settings settings) =>
        HouseholdFile.Load(settings.HouseholdFile).Household.Id is var id && File.Exists(settings.Database) && HouseholdStore.HouseholdsIn(settings.Database).Contains(id);

    /// <summary>Opens a household's desk; records the household when it is new.</summary>
    /// <param name="settings">Where things lie.</param>
    /// <param name="time">The clock.</param>
    /// <param name="isDemonstration">Whether the clock is made up, so that tax tables count beyond their dates.</param>
    /// <exception cref="ConfigurationException">A file is missing or wrong.</exception>
    /// <exception cref="StoreException">The database cannot be used.</exception>
    public static Desk Open(Settings settings, TimeProvider time, bool isDemonstration = false)
    {
        var loaded = HouseholdFile.Load(settings.HouseholdFile);
        var policy = loaded.Household;
        var rules = new RuleFolder(settings.ConfigFolder, settings.HouseholdFile, policy, isDemonstration);
        var read = rules.Read();
        var openingFile = Path.Combine(settings.ConfigFolder, "opening.json");
        var opening = OpeningFile.Load(openingFile, policy);
        OpeningReferences.Check(opening, openingFile, policy, read.Laws);
        var terms = PaperOutside.IsWorldOf(policy) ? PaperOutside.Terms(settings, policy, read.Books, time) : null;
        CreatePrivately(settings.DataFolder);
        HouseholdStore? store = null;
        IOutside? outside = null;
        try
        {
            // A file that is there may be damaged, and is looked at before one that is not is made.
            outside = terms is not null && File.Exists(PaperOutside.BookOf(settings)) ? PaperOutside.Open(settings, terms) : null;
            store = HouseholdStore.Open(settings.Database, policy.Id, time, policy.Name);
            outside ??= terms is not null ? PaperOutside.Open(settings, terms) : RealOutside.Open(settings, policy, read.Books.Calendars, time);
            var desk = new Desk(settings, loaded, opening, store, rules, outside, time);
            desk.Record(opening);
            return desk;
        }
        catch
        {
            outside?.Dispose();
            store?.Dispose();
            throw;
        }
    }

    // Holdings, requests and answers are nobody else's business. A folder that somebody made keeps the rights it was given.
    internal static void CreatePrivately(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                $"{folder}: the data folder cannot be made ({e.Message}); nothing was written. Name a folder that may be written with --data or {Settings.DataVariable}.", e);
        }
    }

    /// <summary>The rule tables as they stand in the configuration folder now, with the files they came from.</summary>
    public RuleFiles ReadRules() => _rules.Read();

    /// <summary>The broker that an order of a leg was, or will be, sent to.</summary>
    /// <exception cref="InvalidOperationException">A person keeps the account by hand.</exception>
    public IBroker BrokerOf(AccountId account) =>
        Outside.BrokerOf(account) ?? throw new InvalidOperationException($"{account} is kept by hand: no broker can be asked about it.");

    /// <summary>Whether a person places the leg's order.</summary>
    public bool IsByHand(Leg leg) => leg.IsHandedOver || (leg.Plan.Instrument is { } instrument && Outside.IsByHand(leg.Plan.Account, Policy.Instrument(instrument)));

    /// <summary>Whether an account can be read and traded now.</summary>
    public Task<SessionState> SessionAsync(AccountId account, CancellationToken cancellationToken) =>
        Outside.BrokerOf(account)?.SessionAsync(account, cancellationToken) ?? Task.FromResult<SessionState>(new SessionState.Ready(null));

    /// <summary>Reads every account, price and exchange rate, as a review needs them.</summary>
    /// <exception cref="AccountUnreadException">An account cannot be read now.</exception>
    /// <exception cref="UpstreamException">A price or rate cannot be read now.</exception>
    public Task<ReviewInputs> ReadAsync(Slot slot, ReviewKind kind, bool allowShortTerm, RuleBooks rules, CancellationToken cancellationToken) =>
        ReadAsync(slot, kind, allowShortTerm, rules, account => ReadAsync(account, cancellationToken), cancellationToken);

    /// <summary>Reads prices, exchange rates and the accounts that matter; the others are as the ledger has them, so that a login that
    /// lapsed at one broker does not hold up another.</summary>
    /// <exception cref="AccountUnreadException">One of the accounts cannot be read now.</exception>
    /// <exception cref="UpstreamException">A price or rate cannot be read now.</exception>
    public Task<ReviewInputs> ReadForAsync(ImmutableArray<AccountId> accounts, Slot slot, ReviewKind kind, RuleBooks rules, CancellationToken cancellationToken) =>
        ReadAsync(slot, kind, true, rules, account => accounts.Contains(account) ? ReadAsync(account, cancellationToken) : Task.FromResult(AsBooked(account)), cancellationToken);

    /// <summary>As <see cref="ReadAsync(Slot, ReviewKind, bool, RuleBooks, CancellationToken)"/>, for somebody who only looks: an account
    /// that cannot be read is as the ledger has it.</summary>
    /// <exception cref="UpstreamException">A price or rate cannot be read now.</exception>
    public Task<ReviewInputs> LookAsync(Slot slot, ReviewKind kind, bool allowShortTerm, RuleBooks rules, CancellationToken cancellationToken) =>
        ReadAsync(slot, kind, allowShortTerm, rules, async account =>
        {
            try
            {
                return await ReadAsync(account, cancellationToken);
            }
            catch (AccountUnreadException)
            {
                return AsBooked(account);
            }
        }, cancellationToken);

    /// <summary>What an account has now.</summary>
    /// <exception cref="AccountUnreadException">It cannot be read now.</exception>
    public async Task<AccountReading> ReadAsync(AccountId account, CancellationToken cancellationToken) =>
        (await ReadWithLoginAsync(account, cancellationToken)).Reading;

    /// <summary>What an account has now, and when its login lapses; null when it does not by itself.</summary>
    /// <exception cref="AccountUnreadException">It cannot be read now.</exception>
    public async Task<(AccountReading Reading, DateTimeOffset? Until)> ReadWithLoginAsync(AccountId account, CancellationToken cancellationToken)
    {
        if (Outside.BrokerOf(account) is not { } broker)
        {
            return (AsBooked(account), null);
        }

        var session = await broker.SessionAsync(account, cancellationToken);
        if (session is not SessionState.Ready ready)
        {
            throw new AccountUnreadException(account, session);
        }

        try
        {
            return (await broker.ReadAsync(account, cancellationToken), ready.Until);
        }
        catch (UpstreamException e)
        {
            throw new AccountUnreadException(account, new SessionState.Unusable(e.Message), e);
        }
    }

    private async Task<ReviewInputs> ReadAsync(
        Slot slot, ReviewKind kind, bool allowShortTerm, RuleBooks rules, Func<AccountId, Task<AccountReading>> read, CancellationToken cancellationToken)
    {
        var accounts = ImmutableArray.CreateBuilder<AccountReading>(Policy.Accounts.Length);
        foreach (var account in Policy.Accounts)
        {
            accounts.Add(await read(account.Id));
        }

        var (quotes, fx, now) = (await Outside.QuotesAsync(cancellationToken), await Outside.FxAsync(cancellationToken), Time.GetUtcNow());
        return new ReviewInputs(new Snapshot(now, LocalDate(now), slot, kind, allowShortTerm, accounts.ToImmutable(), quotes, fx), rules);
    }

    private AccountReading AsBooked(AccountId account)
    {
        var state = Store.State;
        var units = Policy.Instruments.Where(i => i.Accounts.Contains(account)).Select(i => new HoldingReading(i.Id, state.Held(account, i.Id)));
        var cash = state.Accounts[account].Cash;
        return new AccountReading(account, cash, cash * 0m, [.. units.Where(h => !h.Quantity.IsZero)]);
    }

    /// <summary>The day at the schedule's time zone.</summary>
    public DateOnly LocalDate(DateTimeOffset moment) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, Zone).DateTime);

    /// <summary>When the review after a slot's is due.</summary>
    public DateTimeOffset NextDue(Slot after) => SlotSchedule.DueAt(Policy.Schedule, ReadRules().Books.Calendars[Policy.Schedule.Venue], Zone, after.Next);

    /// <summary>Whether what a leg traded is really there, by the days of its exchange.</summary>
    public bool IsSettled(Leg leg) => leg.SettlesOn is not { } day
        || ReadRules().Books.Calendars[Policy.Instrument(leg.Plan.Instrument!).Venue].LocalDate(Time.GetUtcNow()) >= day;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_wire.IsValueCreated)
        {
            _wire.Value?.Dispose();
        }

        Outside.Dispose();
        Store.Dispose();
    }

    private void Record(OpeningBook opening)
    {
        (Outside as PaperOutside)?.Broker.OpenWith(opening);
        Store.Transact("service", transaction =>
        {
            if (!transaction.State.IsOpened)
            {
                transaction.Append(new Fact.Opened(Policy.InitialPhase, opening.Cash, Policy.Reserve.OpeningCash, opening.Lots, opening.TaxDue)
                {
                    Gains = opening.Gains,
                    Losses = opening.Losses,
                });
            }
        });
    }
}
