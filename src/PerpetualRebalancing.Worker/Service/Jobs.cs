using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;
using Quartz;

namespace PerpetualRebalancing.Worker.Service;

/// <summary>Runs what is due, then sets the trigger for the next review: a rule over the exchange calendar, not a cron line.</summary>
[DisallowConcurrentExecution]
internal sealed class ReviewJob(Caretaker caretaker, Desk desk, ILogger<ReviewJob> logger) : IJob
{
    public static readonly JobKey Key = new("review");

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        try
        {
            // First: a review that fails must not keep the day without its backup.
            NightlyBackup.RunIfDue(desk);
            var due = await caretaker.ReviewsDueAsync(cancellationToken);
            ServiceLog.Checked(logger, due);
            var next = TriggerBuilder.Create().WithIdentity("next-review").ForJob(Key).StartAt(due).Build();
            if (await context.Scheduler.RescheduleJob(next.Key, next, cancellationToken) is null)
            {
                await context.Scheduler.ScheduleJob(next, cancellationToken: cancellationToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Trouble.Tell(desk, logger, "The review", e);
            throw;
        }
    }
}

/// <summary>Works open batches, expiries, intents and the outbox, every few seconds.</summary>
[DisallowConcurrentExecution]
internal sealed class TickJob(Caretaker caretaker, Desk desk, Pulse pulse, ILogger<TickJob> logger, IHostApplicationLifetime lifetime) : IJob
{
    public static readonly JobKey Key = new("tick");

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        pulse.Beat();
        try
        {
            await caretaker.TickAsync(cancellationToken);
        }
        catch (Exception e) when (e is StoreException or PlacingTakenException)
        {
            // Without its memory, or the placing role, the service must not go on.
            ServiceLog.Failed(logger, "The service", e.Message, e);
            Environment.ExitCode = ExitCode.Failed;
            lifetime.StopApplication();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Trouble.Tell(desk, logger, "Working the open batches", e);
            throw;
        }
    }
}

/// <summary>Tells a person that something failed.</summary>
internal static class Trouble
{
    /// <summary>Logs it, and raises one alert a day for the same trouble.</summary>
    public static void Tell(Desk desk, ILogger logger, string what, Exception exception)
    {
        ServiceLog.Failed(logger, what, exception.Message, exception);
        var day = desk.LocalDate(desk.Time.GetUtcNow());
        desk.Store.Transact("service", t =>
        {
            if (t.Raise(new Alert(Severity.Critical, "failed", $"{what}/{exception.Message}/{day:yyyy-MM-dd}", $"{what} failed: {exception.Message}")))
            {
                t.RecordRun(what, t.Now, "failed", exception.Message);
            }
        });
    }
}
