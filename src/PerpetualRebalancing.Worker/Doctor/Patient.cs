using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Adapters.Tables;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Worker.Doctor;

/// <summary>The installation that is looked at. Each part is read when a check asks for it first, and a part that cannot be read throws
/// at everyone who asks. Nothing is written, made or migrated.</summary>
internal sealed class Patient : IDisposable
{
    private readonly Lazy<ImmutableDictionary<string, string>> _variables;
    private readonly Lazy<Settings> _settings;
    private readonly Lazy<LoadedHousehold> _household;
    private readonly Lazy<CalendarBook> _calendars;
    private readonly Lazy<TaxLaws> _laws;
    private readonly Lazy<Services> _services;
    private readonly Lazy<HouseholdStore?> _store;

    /// <summary>Names the installation.</summary>
    /// <param name="variables">Reads the environment and <c>.env</c>.</param>
    /// <param name="settings">Reads where things lie.</param>
    /// <param name="time">The clock that is judged, and judged by.</param>
    public Patient(Func<ImmutableDictionary<string, string>> variables, Func<Settings> settings, TimeProvider time)
    {
        Time = time;
        _variables = new(variables);
        _settings = new(settings);
        _household = new(() => HouseholdFile.Load(Settings.HouseholdFile));
        _calendars = new(() => CalendarFiles.Load(Path.Combine(Settings.ConfigFolder, "calendars")));
        _laws = new(() => TaxFiles.Load(Path.Combine(Settings.ConfigFolder, "tax")));
        _services = new(() => ServicesFile.Load(Settings.ServicesFile));
        _store = new(() => File.Exists(Settings.Database) ? HouseholdStore.OpenUntouched(Settings.Database, Household.Id, time) : null);
    }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>The time.</summary>
    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>The environment, over <c>.env</c>.</summary>
    public ImmutableDictionary<string, string> Variables => _variables.Value;

    /// <summary>Where things lie.</summary>
    public Settings Settings => _settings.Value;

    /// <summary>What the household decided.</summary>
    public Household Household => _household.Value.Household;

    /// <summary>What its file made us wonder about.</summary>
    public ImmutableArray<string> Warnings => _household.Value.Warnings;

    /// <summary>The exchange calendars.</summary>
    public CalendarBook Calendars => _calendars.Value;

    /// <summary>The tax tables.</summary>
    public TaxLaws Laws => _laws.Value;

    /// <summary>Where outside services are, the mail among them.</summary>
    public Services Services => _services.Value;

    /// <summary>The day in the schedule's time zone.</summary>
    public DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Now, Zone).DateTime);

    /// <summary>The schedule's time zone.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(Household.Schedule.TimeZone);

    /// <summary>What happened so far, or null while nothing is recorded of this household.</summary>
    public HouseholdStore? Store => _store.Value is { State.IsOpened: true } store ? store : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_store is { IsValueCreated: true })
        {
            _store.Value?.Dispose();
        }
    }
}
