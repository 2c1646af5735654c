using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Service;
using PerpetualRebalancing.Worker.Tests.Mail;

namespace PerpetualRebalancing.Worker.Tests.Live;

/// <summary>The service's work on a household, step by step.</summary>
internal class Work : IDisposable
{
    private readonly Action<DateTimeOffset> _moveTo;

    public Work(Settings settings, TimeProvider clock, Action<DateTimeOffset> moveTo)
    {
        _moveTo = moveTo;
        Desk = Desk.Open(settings, clock);
        Lease = Desk.Store.TryAcquirePlacing(Environment.ProcessId, Environment.MachineName)!;
        Caretaker = new Caretaker(Desk, Lease);
    }

    public Desk Desk { get; }

    public PlacingLease Lease { get; }

    public Caretaker Caretaker { get; }

    public HouseholdState State => Desk.Store.State;

    public Alert[] Alerts(string kind) => [.. Desk.Store.Alerts().Where(a => a.Kind == kind).Select(a => new Alert(a.Severity, a.Kind, a.DedupeKey, a.Text))];

    /// <summary>Every message that was sent, as a person reads it.</summary>
    public string Outbox() => string.Concat(Directory.EnumerateFiles(Desk.OutboxFolder, "*.eml", SearchOption.AllDirectories).Select(Delivered.TextOf));

    public async Task StepAsync(DateTimeOffset moment)
    {
        _moveTo(moment);
        Lease.Renew();
        await Caretaker.ReviewsDueAsync(TestContext.Current.CancellationToken);
        await Caretaker.TickAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        Caretaker.Dispose();
        Lease.Dispose();
        Desk.Dispose();
    }
}
