using System.Globalization;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;
using Quartz;

namespace PerpetualRebalancing.Worker.Service;

/// <summary>Tells somebody elsewhere that the service is well: after each review that went well, and once a day. Not heard means not
/// told again before the next look; a person is alerted when it was not heard three times in a row.</summary>
internal sealed class DeadManSignal(Desk desk, DeadMansSwitch? elsewhere, ILogger<DeadManSignal> logger)
{
    private const int Failures = 3;

    // A little less than a day: a look that comes a minute late each day must not skip one.
    private static readonly TimeSpan Day = TimeSpan.FromHours(23);

    private DateTimeOffset _heard = DateTimeOffset.MinValue;
    private long _review;
    private int _failed;

    /// <summary>Tells it when it is time and all is well.</summary>
    public async Task TellIfDueAsync(CancellationToken cancellationToken)
    {
        var review = desk.Store.LastRun("review")?.Id ?? 0;
        var now = desk.Time.GetUtcNow();
        if (elsewhere is null || (review == _review && (now - _heard).Duration() < Day) || !IsWell())
        {
            return;
        }

        if (await elsewhere.TellAsync(cancellationToken) is not { } why)
        {
            (_heard, _review, _failed) = (now, review, 0);
            return;
        }

        ServiceLog.NotHeard(logger, why);
        if (++_failed == Failures)
        {
            desk.Store.Transact("service", t => t.Raise(new Alert(
                Severity.Warning, "dead-man", string.Create(CultureInfo.InvariantCulture, $"dead-man/{desk.LocalDate(now):yyyy-MM-dd}"),
                $"The sign of life was not heard {Failures} times in a row: {why}. Whoever waits for it may raise the alarm; the service itself is well.")));
        }
    }

    /// <summary>Nothing failed last, no review is late or missed, and the last backup was made.</summary>
    private bool IsWell() => desk.Store.Runs(1).FirstOrDefault()?.Outcome is not "failed"
        && desk.Store.LastRun(NightlyBackup.Kind)?.Outcome is not "Failed"
        && SlotTable.IsOnTime(desk);
}

/// <summary>Looks every few minutes whether a sign of life is due.</summary>
[DisallowConcurrentExecution]
internal sealed class DeadManJob(DeadManSignal life) : IJob
{
    public static readonly JobKey Key = new("sign-of-life");

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await life.TellIfDueAsync(cancellationToken);
}
