using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Service;
using PerpetualRebalancing.Worker.Tests.Mail;

namespace PerpetualRebalancing.Worker.Tests.Live;

/// <summary>The service's work on a household, step by step.</summary>
internal sealed class IndianWork : IDisposable
{
    private readonly IndianHome _home;
    private readonly PlacingLease _lease;

    public IndianWork(IndianHome home)
    {
        _home = home;
        Desk = Desk.Open(home.Settings, home.Clock);
        _lease = Desk.Store.TryAcquirePlacing(Environment.ProcessId, Environment.MachineName)!;
        Caretaker = new Caretaker(Desk, _lease);
    }

    public Desk Desk { get; }

    public Caretaker Caretaker { get; }

    public HouseholdState State => Desk.Store.State;

    public Alert[] Alerts(string kind) => [.. Desk.Store.Alerts().Where(a => a.Kind == kind).Select(a => new Alert(a.Severity, a.Kind, a.DedupeKey, a.Text))];

    /// <summary>Every message that was sent, as a person reads it.</summary>
    public string Outbox() => string.Concat(Directory.EnumerateFiles(Desk.OutboxFolder, "*.eml", SearchOption.AllDirectories).Select(Delivered.TextOf));

    /// <summary>The morning of the review, with a login.</summary>
    public async Task ReviewAsync()
    {
        _home.MoveTo(IndianHome.Kolkata(2026, 11, 30, 9, 30));
        await _home.LogInAsync();
        await StepAsync(IndianHome.Kolkata(2026, 11, 30, 10, 0));
    }

    public async Task StepAsync(DateTimeOffset moment)
    {
        _home.MoveTo(moment);
        _lease.Renew();
        await Caretaker.ReviewsDueAsync(TestContext.Current.CancellationToken);
        await Caretaker.TickAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        Caretaker.Dispose();
        _lease.Dispose();
        Desk.Dispose();
    }
}
