using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Benchmarks.Journal;

/// <summary>Commits of the order journal, as before each request that places an order, against commits of one small row in a bare
/// database of the same settings, in turns within one run on one disk: only their ratio means something on another machine.</summary>
internal static class JournalRun
{
    private const int Rounds = 9;
    private const int Commits = 1_000;
    private static readonly AccountId Rupees = AccountId.Of("demat");
    private static readonly BatchId Batch = BatchId.Of("4f1c09aa21");
    private static readonly ImmutableArray<LegId> Legs = [.. Enumerable.Range(1, 12).Select(n => LegId.Of($"B{n}"))];

    /// <summary>Measures, and prints the medians of commits per second, and of the ratios of the rounds.</summary>
    public static void Run()
    {
        var folder = Directory.CreateTempSubdirectory("rebalancing-journal-").FullName;
        try
        {
            using var store = HouseholdStore.Open(Path.Combine(folder, "journal.db"), HouseholdId.Of("sharma"), TimeProvider.System);
            using var lease = store.TryAcquirePlacing(Environment.ProcessId, "here") ?? throw new InvalidOperationException("The role is taken.");
            using var bare = Bare(Path.Combine(folder, "bare.db"));
            Prepare(store);
            Round(store, lease, bare);
            var rounds = Enumerable.Range(0, Rounds).Select(_ => Round(store, lease, bare)).ToArray();
            var ratios = rounds.Select(r => r.Journal / r.Bare).Order().ToArray();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"order journal {Median(rounds.Select(r => r.Journal)):0} commits/s; bare SQLite {Median(rounds.Select(r => r.Bare)):0} commits/s; ratio {Median(ratios):0.00} ({ratios[0]:0.00} to {ratios[^1]:0.00})"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static SqliteConnection Bare(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "pragma journal_mode = wal; pragma synchronous = full; create table rows (id integer primary key, text text not null) strict;";
        command.ExecuteNonQuery();
        return connection;
    }

    /// <summary>Commits of each kind by turns: whatever else the disk has to do, it does to both.</summary>
    private static (double Bare, double Journal) Round(HouseholdStore store, PlacingLease lease, SqliteConnection connection)
    {
        // One prepared statement a commit: the fastest way to a row on disk.
        using var insert = connection.CreateCommand();
        insert.CommandText = "insert into rows (text) values ('a leg is on its way')";
        insert.Prepare();
        var (bare, journal) = (new Stopwatch(), new Stopwatch());
        for (var i = 0; i < Commits; i++)
        {
            bare.Start();
            insert.ExecuteNonQuery();
            bare.Stop();

            var leg = Legs[i % Legs.Length];
            journal.Start();
            Journal(store, lease, leg);
            journal.Stop();
            Move(store, leg, LegState.Scheduled);
        }

        return (Commits / bare.Elapsed.TotalSeconds, Commits / journal.Elapsed.TotalSeconds);
    }

    /// <summary>What comes before a request: the role, the halt and the leg are checked, the leg, its key and its size are on disk.</summary>
    private static void Journal(HouseholdStore store, PlacingLease lease, LegId leg) => store.Transact("service", transaction =>
    {
        transaction.RequirePlacing(lease.Token);
        if (transaction.State.Batch(Batch)?.Leg(leg).State != LegState.Scheduled)
        {
            throw new InvalidOperationException($"Leg {leg} is not waiting.");
        }

        transaction.Append(new Fact.LegMoved(
            Batch, leg, LegState.Submitting, new Quantity(100m), ClientKey.For(new Slot(2026, 8), Batch, leg, 1), transaction.Now, "100 units at 250.50 INR or better are on their way to the broker"));
    });

    private static void Prepare(HouseholdStore store)
    {
        var (day, inr) = (new DateOnly(2026, 8, 31), Currency.Inr);
        var price = new UnitPrice(250.5m, inr);
        var legs = Legs.Select(id => new PlannedLeg(
            id, LegPurpose.Invest, Rupees, InstrumentId.Of("NIFTYBEES"), ClassId.Of("equity"), new Quantity(100m), price, new Money(25_050m, inr),
            new Money(1.5m, inr), Money.Zero(inr), [], To: null, WaitsFor: null, new Reason.CoreCash()));
        store.Transact("service", transaction =>
        {
            transaction.Append(new Fact.Opened(Phase.Accumulation, [new ReserveCash(Rupees, new Money(500_000m, inr))], [], [], []));
            transaction.Append(new Fact.BatchPlanned(
                Batch, new string('a', 64), new Slot(2026, 8), ReviewKind.Scheduled, new ProgramStep.NotAsked(new Drift(0m)), [.. legs], NeedsApproval: false,
                new DateTimeOffset(2026, 9, 2, 0, 0, 0, TimeSpan.Zero), day.AddDays(5)));
        });
        foreach (var leg in Legs)
        {
            Move(store, leg, LegState.Scheduled);
        }
    }

    private static void Move(HouseholdStore store, LegId leg, LegState state) =>
        store.Transact("service", transaction => transaction.Append(new Fact.LegMoved(Batch, leg, state, null, null, null, "waits")));

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
