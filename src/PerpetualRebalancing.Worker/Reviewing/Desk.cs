using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Brokers.Paper;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Reviewing;

/// <summary>Everything one household works with: its policy, its memory, its broker, its prices and the clock.</summary>
internal sealed class Desk : IDisposable
{
    private readonly RuleFolder _rules;
    private readonly PaperBook _book;

    private Desk(Settings settings, LoadedHousehold loaded, OpeningBook opening, HouseholdStore store, RuleFolder rules, PaperBook book, PaperTerms terms)
    {
        Settings = settings;
        Policy = loaded.Household;
        Opening = opening;
        Warnings = loaded.Warnings;
        Store = store;
        Time = terms.Clock;
        Market = terms.Market;
        Broker = new PaperBroker(book, terms);
        Bank = new PaperBank(book, terms);
        Zone = TimeZoneInfo.FindSystemTimeZoneById(loaded.Household.Schedule.TimeZone);
        (_rules, _book) = (rules, book);
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

    /// <summary>The broker of every account; the embedded one, until a real one is built in.</summary>
    public PaperBroker Broker { get; }

    /// <summary>The bank beside it.</summary>
    public PaperBank Bank { get; }

    /// <summary>Prices and exchange rates.</summary>
    public PaperMarket Market { get; }

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
        var books = read.Books;
        var paper = Path.Combine(settings.ConfigFolder, "paper");
        var market = new PaperMarket(PriceFile.Load(Path.Combine(paper, "prices.csv"), policy), policy, books.Calendars);
        var paperRules = PaperRulesFile.Load(Path.Combine(paper, "rules.json"), policy);
        var openingFile = Path.Combine(settings.ConfigFolder, "opening.json");
        var opening = OpeningFile.Load(openingFile, policy);
        OpeningReferences.Check(opening, openingFile, policy, read.Laws);

        var (memory, paperBook) = (settings.Database, Path.Combine(settings.DataFolder, "paper.db"));
        if (!File.Exists(memory))
        {
            // A household that cannot be valued today is not begun: the fault is told before anything is written.
            market.Quotes(policy.Instruments.Select(i => i.Id), time.GetUtcNow());
            market.Fx(time.GetUtcNow());
        }

        CreatePrivately(settings.DataFolder);
        PaperBook? book = null;
        HouseholdStore? store = null;
        try
        {
            // A file that is there may be damaged, and is looked at before one that is not is made.
            book = File.Exists(paperBook) ? PaperBook.Open(paperBook) : null;
            store = HouseholdStore.Open(memory, policy.Id, time, policy.Name);
            book ??= PaperBook.Open(paperBook);
            var desk = new Desk(settings, loaded, opening, store, rules, book, new PaperTerms(policy, books.Calendars, market, books.Charges, paperRules, time));
            desk.Record(opening);
            return desk;
        }
        catch
        {
            book?.Dispose();
            store?.Dispose();
            throw;
        }
    }

    // Holdings, requests and answers are nobody else's business. A folder that somebody made keeps the rights it was given.
    private static void CreatePrivately(string folder)
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

    /// <summary>Reads every account, price and exchange rate for a review.</summary>
    public async Task<ReviewInputs> ReadAsync(Slot slot, ReviewKind kind, bool allowShortTerm, RuleBooks rules, CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        var accounts = ImmutableArray.CreateBuilder<AccountReading>(Policy.Accounts.Length);
        foreach (var account in Policy.Accounts)
        {
            accounts.Add(await Broker.ReadAsync(account.Id, cancellationToken));
        }

        return new ReviewInputs(
            new Snapshot(
                now, LocalDate(now), slot, kind, allowShortTerm, accounts.ToImmutable(),
                Market.Quotes(Policy.Instruments.Select(i => i.Id), now), Market.Fx(now)),
            rules);
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
        _book.Dispose();
        Store.Dispose();
    }

    private void Record(OpeningBook opening)
    {
        Broker.OpenWith(opening);
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
