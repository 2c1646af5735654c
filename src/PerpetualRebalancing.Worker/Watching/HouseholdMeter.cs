using System.Diagnostics.Metrics;
using System.Text.Json;
using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Worker.Watching;

/// <summary>The household's instruments. They read nothing until somebody collects them, and then once for all of them.</summary>
internal sealed class HouseholdMeter : IDisposable
{
    private static readonly TimeSpan OneCollection = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Func<OrderTally, HouseholdFigures> _read;
    private readonly TimeProvider _time;
    private (long At, HouseholdFigures Figures)? _last;

    /// <summary>Makes the instruments.</summary>
    /// <param name="read">Reads the figures, from where they were read before.</param>
    /// <param name="time">The clock.</param>
    public HouseholdMeter(Func<OrderTally, HouseholdFigures> read, TimeProvider time)
    {
        (_read, _time) = (read, time);
        Meter = new Meter(UpstreamMeter.Name);
        Meter.CreateObservableCounter("perpetual.reviews", () => Figures.Reviews.Select(r => Tagged(r.Value, "outcome", r.Key)), "{review}", "Reviews by how they ended");
        Meter.CreateObservableGauge("perpetual.legs", () => Figures.Legs.Select(l => Tagged(l.Value, "state", Snake($"{l.Key}"))), "{leg}", "Legs of open batches by state");
        Meter.CreateObservableCounter("perpetual.orders", Orders, "{order}", "Orders that a broker took or refused, and that were in doubt");
        Meter.CreateObservableGauge("perpetual.drift", () => Maybe((double?)Figures.Drift), "%", "Portfolio drift after the last closed review, in points");
        Meter.CreateObservableGauge("perpetual.reserve.share", () => Maybe((double?)Figures.ReserveShare), "1", "Reserves after the last plan over their target");
        Meter.CreateObservableGauge("perpetual.cash", Cash, null, "Cash by account, in the account's currency");
        Meter.CreateObservableGauge("perpetual.outbox.depth", () => Figures.OutboxDepth, "{message}", "Messages that wait");
        Meter.CreateObservableGauge("perpetual.alerts.open", () => Figures.OpenAlerts, "{alert}", "Alerts that nobody has acknowledged");
        Meter.CreateObservableGauge("perpetual.review.age", () => Maybe(Figures.LastReviewAge?.TotalSeconds), "s", "Time since the last review ended");
        Meter.CreateObservableGauge("perpetual.backup.age", () => Maybe(Figures.BackupAge?.TotalSeconds), "s", "Time since the last backup was made");
        Meter.CreateObservableGauge("perpetual.database.size", () => Figures.DatabaseBytes, "By", "The databases on the disk");
        Meter.CreateObservableGauge("perpetual.halted", () => Figures.IsHalted ? 1L : 0L, null, "1 while placing is halted");
    }

    /// <summary>The meter that holds them.</summary>
    public Meter Meter { get; }

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    private HouseholdFigures Figures
    {
        get
        {
            lock (_gate)
            {
                if (_last is { } last && _time.GetElapsedTime(last.At) < OneCollection)
                {
                    return last.Figures;
                }

                var figures = _read(_last?.Figures.Orders ?? OrderTally.None);
                _last = (_time.GetTimestamp(), figures);
                return figures;
            }
        }
    }

    private IEnumerable<Measurement<long>> Orders()
    {
        var orders = Figures.Orders;
        return [Tagged(orders.Placed, "result", "placed"), Tagged(orders.Rejected, "result", "rejected"), Tagged(orders.InDoubt, "result", "in_doubt")];
    }

    private IEnumerable<Measurement<double>> Cash() =>
        Figures.Cash.Select(c => new Measurement<double>((double)c.Value.Amount, new("account", c.Key), new("currency", c.Value.Currency.ToString())));

    private static Measurement<long> Tagged(long value, string tag, string name) => new(value, new KeyValuePair<string, object?>(tag, name));

    // What is not known is not shown: a zero would be a lie.
    private static Measurement<double>[] Maybe(double? value) => value is { } known ? [new Measurement<double>(known)] : [];

    private static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
