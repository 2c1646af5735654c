using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Worker.Commands;

namespace PerpetualRebalancing.Worker.Doctor;

/// <summary>One thing that is looked at.</summary>
/// <param name="Name">One word, which a person can type.</param>
/// <param name="Look">Says what it finds; it may throw.</param>
internal sealed record Check(string Name, Func<Patient, IEnumerable<Finding>> Look);

/// <summary>Everything that is looked at, and how.</summary>
internal static class Checkup
{
    private const string Configuration = "configuration";
    private const string Database = "database";

    /// <summary>The names of what wears out, by which its alerts are known too.</summary>
    public const string Disk = "disk", Calendars = "calendars", Taxes = "taxes";

    /// <summary>All checks, in the order they are shown.</summary>
    public static readonly ImmutableArray<Check> All =
    [
        new(Configuration, ConfigurationChecks.Files),
        new("secrets", ConfigurationChecks.Secrets),
        new("sqlite", DatabaseChecks.Library),
        new(Database, DatabaseChecks.Files),
        new(Disk, patient => [MachineChecks.Disk(patient.Settings.DataFolder)]),
        new("clock", MachineChecks.Clock),
        new("zones", MachineChecks.Zones),
        new(Calendars, patient => RuleChecks.Calendars(patient.Household, patient.Calendars, patient.Today)),
        new(Taxes, patient => RuleChecks.Taxes(patient.Household, patient.Laws, patient.Today)),
        new("accounts", WorkChecks.Accounts),
        new("sessions", SessionCheck.Sessions),
        new("address", AddressCheck.Outgoing),
        new("service", WorkChecks.Service),
        new("reviews", WorkChecks.Reviews),
        new("orders", WorkChecks.Orders),
        new("outbox", WorkChecks.Outbox),
        new("mail", MailChecks.Mail),
        new("backups", MachineChecks.Backups),
    ];

    /// <summary>Looks at everything, whatever is wrong: a check that cannot look says so, and the next one goes on.</summary>
    public static DoctorReport Of(IEnumerable<Check> checks, Patient patient)
    {
        ImmutableArray<Finding> findings = [.. checks.SelectMany(check => Look(check, patient).Select(finding => finding with { Check = check.Name }))];
        return new DoctorReport(patient.Now, findings.Any(f => f.Health is Health.Wrong or Health.Unknown), findings);
    }

    private static IEnumerable<Finding> Look(Check check, Patient patient)
    {
        try
        {
            return [.. check.Look(patient)];
        }
        catch (ConfigurationException e)
        {
            return check.Name == Configuration
                ? [.. e.Faults.Select(fault => Finding.Wrong(Failure.OneLine(fault), ConfigurationChecks.Mend))]
                : [Finding.Unknown("Not looked at, since the configuration has faults.")];
        }
        catch (StoreException e)
        {
            return check.Name is Database or "sqlite"
                ? [Finding.Wrong(Failure.OneLine(e.Message), null)]
                : [Finding.Unknown("Not looked at, since the database cannot be used.")];
        }
        catch (Exception e)
        {
            return [Finding.Wrong($"The check itself failed: {Failure.OneLine(e.Message)} ({e.GetType().Name})", "Look at what it names; if that is in order, it is a defect of the program.")];
        }
    }
}
