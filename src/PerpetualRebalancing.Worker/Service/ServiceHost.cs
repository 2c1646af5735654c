using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;
using Quartz;

namespace PerpetualRebalancing.Worker.Service;

/// <summary>The service: a host whose Quartz schedule wakes the <see cref="Caretaker"/>. Its store is in memory, because the slot table
/// and not the scheduler knows what was done.</summary>
internal static class ServiceHost
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(3);

    /// <summary>Runs until it is stopped.</summary>
    public static async Task<int> RunAsync(Settings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        using var desk = Desk.Open(settings, time);
        using var lease = desk.Store.TryAcquirePlacing(Environment.ProcessId, Environment.MachineName)
            ?? throw new PlacingTakenException(desk.Store.Placing());
        using var caretaker = new Caretaker(desk, lease);
        using var host = Build(desk, caretaker);
        await host.StartAsync(cancellationToken);
        ServiceLog.Started(
            host.Services.GetRequiredService<ILogger<Caretaker>>(), desk.Policy.Name, settings.DataFolder,
            SlotTable.Due(desk).OfType<SlotDue.Later>().Last().At);

        // An idle service allocates too little ever to be collected: what the start read and threw away would stay for months.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        await host.WaitForShutdownAsync(cancellationToken);
        return Environment.ExitCode;
    }

    private static IHost Build(Desk desk, Caretaker caretaker)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "perpetual-rebalancing" });
        builder.Logging.AddSimpleConsole(o =>
        {
            o.SingleLine = true;
            o.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss'Z' ";
            o.UseUtcTimestamp = true;
        }).SetMinimumLevel(LogLevel.Information).AddFilter("Quartz", LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddSingleton(desk).AddSingleton(caretaker).AddSingleton(desk.Time);
        builder.Services.AddQuartz(quartz =>
        {
            quartz.UseInMemoryStore();

            // One job at a time: a check beside a review would find its orders journalled, not yet in the broker's book, and in doubt.
            quartz.UseDefaultThreadPool(maxConcurrency: 1);
            quartz.UseTimeProvider(desk.Time);
            quartz.AddJob<ReviewJob>(j => j.WithIdentity(ReviewJob.Key).StoreDurably());
            quartz.AddJob<TickJob>(j => j.WithIdentity(TickJob.Key).StoreDurably());
            quartz.AddTrigger(t => t.ForJob(ReviewJob.Key).WithIdentity("at-start").StartNow());
            quartz.AddTrigger(t => t.ForJob(ReviewJob.Key).WithIdentity("daily").WithCronSchedule("0 5 0/6 * * ?", c => c.InTimeZone(desk.Zone)));
            quartz.AddTrigger(t => t.ForJob(TickJob.Key).WithIdentity("tick").StartNow().WithSimpleSchedule(s => s.WithInterval(Tick).RepeatForever()));
        });
        builder.Services.AddQuartzHostedService(o => o.WaitForJobsToComplete = true);
        return builder.Build();
    }
}

/// <summary>Another process looks after the household.</summary>
internal sealed class PlacingTakenException(PlacingHolder? holder) : Exception(holder is null
    ? "Another process took the placing role of this household; try again in a minute."
    : $"Process {holder.ProcessId} on {holder.Host} looks after this household (alive at {holder.Heartbeat:yyyy-MM-dd HH:mm:ss} UTC). Stop it first; a dead one is taken over after a minute.");
