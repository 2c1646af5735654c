using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Console;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Watching;
using PerpetualRebalancing.Worker.Web;
using Quartz;

namespace PerpetualRebalancing.Worker.Service;

/// <summary>The service: a host whose Quartz schedule wakes the <see cref="Caretaker"/>. Its store is in memory, because the slot table
/// and not the scheduler knows what was done.</summary>
internal static class ServiceHost
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(5);

    /// <summary>What a step that is under way gets when the service is told to stop. Then it is undone: the database takes all of a step or nothing.</summary>
    public static readonly TimeSpan ShutdownPatience = TimeSpan.FromSeconds(8);

    /// <summary>Runs until it is stopped.</summary>
    /// <param name="settings">Where things lie.</param>
    /// <param name="environment">The process's variables, in which a supervisor says where to report.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<int> RunAsync(Settings settings, ImmutableDictionary<string, string> environment, TimeProvider time, CancellationToken cancellationToken)
    {
        // Whoever started this can stop it in order only once it has returned to them, also while the desk is being opened.
        await Task.Yield();
        using var desk = Desk.Open(settings, time);
        using var lease = desk.Store.TryAcquirePlacing(Environment.ProcessId, Environment.MachineName)
            ?? throw new PlacingTakenException(desk.Store.Placing());

        // Before anything is begun: a port that somebody else has is a fault of the configuration.
        using var port = settings.Page is { } at ? PageHost.Reserve(at) : null;
        var pulse = new Pulse(time);
        using var caretaker = new Caretaker(desk, lease, pulse);
        using var elsewhere = settings.Watch.DeadMan is { } address ? new DeadMansSwitch(address) : null;
        using var host = Build(desk, caretaker, pulse, elsewhere);
        var logger = host.Services.GetRequiredService<ILogger<Caretaker>>();
        using var watch = new Watch(desk, logger);
        using var supervisor = NotifySocket.Of(environment, logger);
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(supervisor.Stopping);
        await host.StartAsync(cancellationToken);
        supervisor.Ready();
        using var watchdog = supervisor.Watch(pulse, time);
        ServiceLog.Started(
            logger, desk.Policy.Name, settings.DataFolder,
            SlotTable.Due(desk).OfType<SlotDue.Later>().Last().At);

        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        await using var page = port is null ? null : await PageHost.StartAsync(
            new Site(desk, caretaker, pulse, settings.Page!, watch), port, host.Services.GetRequiredService<ILoggerFactory>(), stopping);

        // An idle service allocates too little ever to be collected: what the start read and threw away would stay for months.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        await host.WaitForShutdownAsync(cancellationToken);
        return Environment.ExitCode;
    }

    private static IHost Build(Desk desk, Caretaker caretaker, Pulse pulse, DeadMansSwitch? elsewhere)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "perpetual-rebalancing" });
        builder.Logging.AddConsole(o => o.FormatterName = LogLines.FormatterName).SetMinimumLevel(LogLevel.Information).AddFilter("Quartz", LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddSingleton<ConsoleFormatter>(new LogLines(desk.Settings.Watch.Log, new LogMask(desk.Settings.Hidden, desk.Policy), desk.Time));
        builder.Services.AddSingleton(p => new DeadManSignal(desk, elsewhere, p.GetRequiredService<ILogger<DeadManSignal>>()));
        builder.Services.AddSingleton(desk).AddSingleton(caretaker).AddSingleton(pulse).AddSingleton(desk.Time).Configure<HostOptions>(o => o.ShutdownTimeout = ShutdownPatience);
        builder.Services.AddQuartz(quartz =>
        {
            quartz.UseInMemoryStore();

            // One job at a time: a check beside a review would find its orders journalled, not yet in the broker's book, and in doubt.
            quartz.UseDefaultThreadPool(maxConcurrency: 1);
            quartz.UseTimeProvider(desk.Time);
            quartz.AddJob<ReviewJob>(j => j.WithIdentity(ReviewJob.Key).StoreDurably());
            quartz.AddJob<TickJob>(j => j.WithIdentity(TickJob.Key).StoreDurably());
            if (elsewhere is not null)
            {
                quartz.AddJob<DeadManJob>(j => j.WithIdentity(DeadManJob.Key).StoreDurably());
                quartz.AddTrigger(t => t.ForJob(DeadManJob.Key).WithIdentity("sign-of-life").StartAt(desk.Time.GetUtcNow() + Tick).WithSimpleSchedule(s => s.WithInterval(Look).RepeatForever()));
            }

            quartz.AddTrigger(t => t.ForJob(ReviewJob.Key).WithIdentity("at-start").StartNow());
            quartz.AddTrigger(t => t.ForJob(ReviewJob.Key).WithIdentity("daily").WithCronSchedule("0 5 0/6 * * ?", c => c.InTimeZone(desk.Zone)));
            quartz.AddTrigger(t => t.ForJob(TickJob.Key).WithIdentity("tick").StartNow().WithSimpleSchedule(s => s.WithInterval(Tick).RepeatForever()));
        });
        builder.Services.AddQuartzHostedService(o => o.WaitForJobsToComplete = true);
        builder.Services.AddHostedService(services => new Mailbox(desk, desk.Wire?.Inbox, services.GetRequiredService<ILogger<Mailbox>>()));
        return builder.Build();
    }
}

/// <summary>Another process looks after the household.</summary>
internal sealed class PlacingTakenException(PlacingHolder? holder) : Exception(holder is null
    ? "Another process took the placing role of this household; try again in a minute."
    : $"Process {holder.ProcessId} on {holder.Host} looks after this household (alive at {holder.Heartbeat:yyyy-MM-dd HH:mm:ss} UTC). Stop it first; a dead one is taken over after a minute.");
