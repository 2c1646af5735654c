using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Worker.Service;
using PerpetualRebalancing.Worker.Tests.Months;
using PerpetualRebalancing.Worker.Watching;

namespace PerpetualRebalancing.Worker.Tests.Watching;

/// <summary>What a month looks like to those who watch it from outside.</summary>
public class WatchedLifeTests
{
    [Fact]
    public async Task The_figures_are_those_of_the_household_and_only_grow_where_they_may_only_grow()
    {
        using var life = new Life(new HouseholdFiles());
        var fresh = Figures(life, OrderTally.None);
        Assert.Equal((null, null, null, 0L), (fresh.Drift, fresh.LastReviewAge, fresh.BackupAge, fresh.Orders.Placed));
        Assert.All(fresh.Legs, leg => Assert.Equal(0, leg.Value));

        await life.MonthAsync();
        await life.FinishAsync();
        NightlyBackup.RunIfDue(life.Desk);
        life.Sleep(TimeSpan.FromHours(6));
        var figures = Figures(life, fresh.Orders);
        Assert.Equal(1, figures.Reviews.Values.Sum());
        Assert.Equal(life.Facts.OfType<Fact.LegMoved>().Count(m => m.State == LegState.Acknowledged), figures.Orders.Placed);
        Assert.True(figures.Orders.Placed > 0);
        Assert.Equal(life.Facts.OfType<Fact.ReviewClosed>().Single().After.Points, figures.Drift);
        Assert.Equal(TimeSpan.FromHours(6), figures.BackupAge);
        Assert.Equal(life.Desk.Policy.Accounts.Length, figures.Cash.Count);
        Assert.All(life.State.Accounts, a => Assert.Equal(a.Value.Cash, figures.Cash[a.Key.Value]));
        Assert.True(figures.DatabaseBytes > 100_000);

        // Counted on from where it was, or from the start: the same.
        Assert.Equal(figures.Orders, Figures(life, OrderTally.None).Orders);
    }

    [Fact]
    public async Task Prometheus_reads_every_figure()
    {
        using var life = new Life(new HouseholdFiles());
        await life.MonthAsync();
        using var watch = new Watch(life.Desk, NullLogger.Instance);
        var text = watch.Prometheus();
        foreach (var name in new[] { "reviews_total{outcome=\"", "legs{state=\"in_doubt\"} 0", "orders_total{result=\"placed\"}", "reserve_share_ratio", "cash{account=\"asha-demat\",currency=\"INR\"}", "outbox_depth", "alerts_open", "review_age_seconds", "database_size_bytes", "halted 0" })
        {
            Assert.Contains($"\nperpetual_{name}", text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("perpetual_backup_age", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_review_is_a_span_with_one_for_each_step_and_each_of_its_log_lines_names_it()
    {
        using var life = new Life(new HouseholdFiles());
        var lines = new Lines(new LogLines(LogForm.Json, new LogMask(SecretValues.None, life.Desk.Policy), life.Desk.Time));
        using (new SpanLog(lines))
        {
            await life.MonthAsync();
        }

        var all = lines.Written.Select(l => JsonDocument.Parse(l).RootElement).ToArray();

        // Reviews of other tests may run beside this one.
        var reviews = all.Where(l => l.GetProperty("event").GetInt32() == 6).Select(l => l.GetProperty("review").GetString()!).ToArray();
        var ours = reviews.Single(r => all.Where(l => l.GetProperty("review").GetString() == r).Any(l => l.TryGetProperty("slot", out var slot) && slot.GetString() == "2026-06") && Steps(all, r).Contains("record"));
        Assert.Equal(["open", "gather", "keep", "decide", "judge", "record"], Steps(all, ours));
        Assert.Matches("^2026-06-[0-9a-f]{8}$", ours);
        Assert.All(all, l => Assert.True(l.TryGetProperty("review", out _), l.GetRawText()));
    }

    [Fact]
    public void Without_anybody_who_listens_there_is_no_span_outside_of_a_review()
    {
        Assert.Null(Spans.Step("gather"));
        Assert.Null(Spans.ReviewId);
        var thrown = new InvalidOperationException("x");
        Assert.False(Spans.Failed(null, thrown));
        Assert.Null(Spans.IdOf(thrown));
    }

    [Fact]
    public void No_line_shows_a_secret_or_more_of_an_account_number_than_its_end()
    {
        using var life = new Life(new HouseholdFiles());
        var policy = life.Desk.Policy with { Accounts = [.. life.Desk.Policy.Accounts.Select(a => a with { Number = "U7654321" })] };
        var mask = new LogMask(SecretValues.Among([new("PERPETUAL_SECRET_X_API_KEY", "k3y-of-x"), new("PERPETUAL_DATA", "somewhere"), new("OTHER", "no secret")]), policy);
        foreach (var form in new[] { LogForm.Text, LogForm.Json })
        {
            var lines = new Lines(new LogLines(form, mask, life.Desk.Time));
            ServiceLog.Failed(lines, "U7654321", "k3y-of-x at somewhere", new InvalidOperationException("K3Y-OF-X, no secret"));
            var line = Assert.Single(lines.Written);
            Assert.DoesNotContain("k3y-of-x", line, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("U7654321", line, StringComparison.Ordinal);
            Assert.Contains("…321", line, StringComparison.Ordinal);
            Assert.Contains("somewhere", line, StringComparison.Ordinal);
            Assert.Contains("no secret", line, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', line);
        }
    }

    private static string[] Steps(JsonElement[] lines, string review) =>
        [.. lines.Where(l => l.GetProperty("review").GetString() == review && l.GetProperty("event").GetInt32() == 5).Select(l => l.GetProperty("step").GetString()!)];

    private static HouseholdFigures Figures(Life life, OrderTally before) => HouseholdFigures.Read(life.Desk.Store, life.Desk.Settings, before, life.Desk.Time);

    /// <summary>Keeps the lines that a console would show.</summary>
    private sealed class Lines(LogLines form) : ILogger
    {
        private readonly Lock _gate = new();
        private readonly List<string> _written = [];

        public string[] Written
        {
            get
            {
                lock (_gate)
                {
                    return [.. _written];
                }
            }
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var text = new StringWriter();
            form.Write(new LogEntry<TState>(logLevel, "test", eventId, state, exception, formatter), null, text);
            lock (_gate)
            {
                _written.Add(text.ToString().TrimEnd());
            }
        }
    }
}
