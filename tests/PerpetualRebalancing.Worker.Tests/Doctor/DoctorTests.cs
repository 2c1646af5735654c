using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Worker.Doctor;

namespace PerpetualRebalancing.Worker.Tests.Doctor;

/// <summary>How the checks judge, where the real machine cannot be made ill.</summary>
public class DoctorTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_check_that_throws_is_a_finding_and_the_next_one_goes_on()
    {
        using var patient = new Patient(() => throw new ConfigurationException("x: is wrong; allowed: y"), () => throw new ConfigurationException("x: is wrong; allowed: y"), TimeProvider.System);
        var report = Checkup.Of(
        [
            new Check("broken", _ => throw new InvalidOperationException("two\nlines")),
            new Check("late", _ => Late()),
            new Check("blind", p => [Finding.Right(p.Settings.DataFolder)]),
            new Check("fine", _ => [Finding.Right("fine")]),
        ], patient);
        Assert.True(report.NeedsPerson);
        Assert.Equal(
            [("broken", Health.Wrong), ("late", Health.Wrong), ("blind", Health.Unknown), ("fine", Health.Right)],
            report.Findings.Select(f => (f.Check, f.Health)));
        Assert.Contains("two lines", report.Findings[0].Says);

        static IEnumerable<Finding> Late()
        {
            yield return Finding.Right("so far");
            throw new IOException("the disk went away");
        }
    }

    [Fact]
    public void Nobody_is_needed_when_all_is_right_or_only_worth_knowing()
    {
        using var patient = new Patient(() => [], () => throw new ConfigurationException("not asked"), TimeProvider.System);
        Assert.False(Checkup.Of([new Check("fine", _ => [Finding.Right("fine"), Finding.Note("by the way")])], patient).NeedsPerson);
    }

    [Fact]
    public void Every_check_has_a_name_that_can_be_typed_and_its_own() =>
        Assert.Equal(Checkup.All.Length, Checkup.All.Select(c => c.Name).Where(n => n.All(char.IsAsciiLetterLower)).Distinct().Count());

    [Fact]
    public void A_secret_is_told_to_be_given_and_never_shown()
    {
        const string Example = "# A password.\n#BROKER_PASSWORD=\n#PERPETUAL_DATA=./data\nMAIL_TOKEN=\n# MAIL_KEY=\n";
        var found = ConfigurationChecks.Secrets(Example, ImmutableDictionary<string, string>.Empty.Add("BROKER_PASSWORD", "canary-1").Add("MAIL_KEY", "")).ToArray();
        Assert.Equal(
            [("BROKER_PASSWORD is given.", Health.Right), ("MAIL_TOKEN is not given.", Health.Note), ("MAIL_KEY is not given.", Health.Note)],
            found.Select(f => (f.Says, f.Health)));
        Assert.DoesNotContain(found, f => $"{f}".Contains("canary", StringComparison.Ordinal));
        Assert.Equal("This version needs none.", Assert.Single(ConfigurationChecks.Secrets("#PERPETUAL_DATA=./data\n", ImmutableDictionary<string, string>.Empty)).Says);
    }

    [Theory]
    [InlineData(255, Health.Wrong)]
    [InlineData(256, Health.Right)]
    public void A_disk_that_is_nearly_full_needs_a_person(long megabytes, Health health) =>
        Assert.Equal(health, MachineChecks.Disk("data", megabytes << 20).Health);

    [Theory]
    [InlineData("2026-11-20", "2026-11-21T11:59", Health.Right)]
    [InlineData("2026-11-20", null, Health.Right)]
    [InlineData("2026-11-20", "2026-11-21T12:01", Health.Wrong)]
    [InlineData("2026-11-23", null, Health.Wrong)]
    [InlineData("2025-01-01", "2025-10-01", Health.Wrong)]
    public void A_clock_before_the_last_fact_or_before_the_program_or_long_after_both_is_wrong(string built, string? recorded, Health health) =>
        Assert.Equal(health, MachineChecks.Clock(Now, Moment(built), recorded is null ? null : Moment(recorded)).Health);

    [Theory]
    [InlineData("2026-11-22", "2027-01-01", Health.Right)]
    [InlineData("2026-11-21", "2027-01-01", Health.Wrong)]
    [InlineData("2026-01-01", "2026-11-21", Health.Wrong)]
    [InlineData(null, null, Health.Right)]
    public void A_stale_or_expired_tax_table_needs_a_person(string? stale, string? expires, Health health)
    {
        var found = RuleChecks.Tax("in", new TableAge(Day(stale), Day(expires)), new DateOnly(2026, 11, 21));
        Assert.Equal(health, found.Health);
        Assert.Equal(health == Health.Wrong, found.Do is not null);
    }

    private static DateOnly? Day(string? text) => text is null ? null : DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal);
}
