using System.Globalization;
using System.Text.Json;
using PerpetualRebalancing.Adapters.Backups;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Worker.Demo;
using PerpetualRebalancing.Worker.Tests.Architecture;
using PerpetualRebalancing.Worker.Tests.Months;

namespace PerpetualRebalancing.Worker.Tests.Upgrades;

/// <summary>A database of every schema there ever was, with data, is brought up to date without losing any of it. The first seven were
/// never in anybody's hands by themselves: they hold what a program of their schema would have kept of the same life.</summary>
public sealed class FrozenDatabaseTests : IDisposable
{
    private const string Freeze = "FREEZE=1 dotnet test tests/PerpetualRebalancing.Worker.Tests --filter Every_migration_has_a_frozen_database";

    private static readonly HouseholdId Example = new("example");

    private readonly HouseholdFiles _files = new();

    private static SimulatedTime Clock => new(FrozenLife.End);

    public static TheoryData<int> Schemas => [.. FrozenDatabase.Schemas];

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Every_migration_has_a_frozen_database()
    {
        var missing = FrozenDatabase.Schemas.Select(s => new FrozenDatabase(s)).Where(f => !File.Exists(f.File)).ToArray();
        if (missing.Length > 0 && Environment.GetEnvironmentVariable("FREEZE") == "1")
        {
            using var folder = new TemporaryFolder();
            await FrozenLife.LiveAsync(folder.Root);
            Array.ForEach(missing, m => m.Freeze(Path.Combine(folder.Root, "household.db"), folder.Root));
            if (!File.Exists(FrozenDatabase.Paper))
            {
                FrozenDatabase.Pack(Path.Combine(folder.Root, "paper.db"), FrozenDatabase.Paper);
            }

            missing = [];
        }

        Rule.HasNoOffender($"A migration is tested from the schema before it. Freeze a database of these, and commit it: {Freeze}", missing.Select(m => m.File));
    }

    [Theory]
    [MemberData(nameof(Schemas))]
    public void A_migration_that_was_frozen_is_not_changed_any_more(int schema)
    {
        const string Shape = "select type || ' ' || name || ' ' || coalesce(sql, '') from sqlite_schema order by type, name";
        var empty = Path.Combine(_files.Settings.DataFolder, "empty.db");
        new FrozenDatabase(schema).ThawInto(_files.Settings.DataFolder);
        FrozenDatabase.MakeEmpty(empty, schema);
        Assert.Equal(FrozenDatabase.Rows(_files.Settings.Database, Shape), FrozenDatabase.Rows(empty, Shape));
        Assert.Equal([schema.ToString(CultureInfo.InvariantCulture)], FrozenDatabase.Rows(_files.Settings.Database, "pragma user_version"));
    }

    [Theory]
    [MemberData(nameof(Schemas))]
    public async Task A_frozen_database_is_backed_up_and_brought_up_to_date_and_every_row_reads_back(int schema)
    {
        var database = _files.Settings.Database;
        new FrozenDatabase(schema).ThawInto(_files.Settings.DataFolder);
        var shape = Shape(database);
        var before = Content(database, shape);
        var facts = FrozenDatabase.Rows(database, "select json from facts order by seq");
        var newest = FrozenDatabase.Schemas.Max();
        if (schema < newest)
        {
            Assert.Contains($"schema {schema}", Assert.Throws<StoreException>(() => HouseholdStore.OpenReadOnly(database, Example, Clock)).Message, StringComparison.Ordinal);
        }

        var (code, output, error) = await FrozenLife.CommandAsync(_files.Settings, FrozenLife.End, _files.Settings.DataFolder, "status", "--json");
        Assert.Equal((ExitCode.Done, ""), (code, error));
        var status = JsonDocument.Parse(output).RootElement;
        Assert.Equal(1, status.GetProperty("batches").GetArrayLength());

        using (var store = HouseholdStore.OpenReadOnly(database, Example, Clock))
        {
            Assert.IsType<AuditVerification.Intact>(store.VerifyChain());
            Assert.Equal(facts, store.Facts().Select(f => DomainJson.Text(f.Fact)));
        }

        var after = Content(database, shape);
        Assert.All(before, table => Assert.Equal(table.Value, after[table.Key]));

        var kept = new BackupFolder(BackupSettings.Usual, _files.Settings.DataFolder, Clock).List();
        if (schema == newest)
        {
            Assert.Empty(kept);
            return;
        }

        Assert.Equal(newest, Assert.Single(kept).BeforeSchema);
        var content = Path.Combine(_files.Settings.DataFolder, "content");
        BackupFile.Unpack(kept[0].Path, null, content, Clock);
        var copy = Path.Combine(content, BackupFile.Database);
        Assert.Equal([schema.ToString(CultureInfo.InvariantCulture)], FrozenDatabase.Rows(copy, "pragma user_version"));
        Assert.Equal(shape.Keys.Order(), Shape(copy).Keys.Order());
        Assert.All(Content(copy, shape), table => Assert.Equal(before[table.Key], table.Value));
    }

    [Fact]
    public void A_database_of_the_next_program_is_refused_and_left_alone()
    {
        var database = _files.Settings.Database;
        var next = FrozenDatabase.Schemas.Max() + 1;
        new FrozenDatabase(next - 1).ThawInto(_files.Settings.DataFolder);
        FrozenDatabase.Execute(database, $"pragma user_version = {next}");
        var before = File.ReadAllBytes(database);
        Assert.Contains($"schema {next}, but this program knows only up to {next - 1}", Assert.Throws<StoreException>(() => HouseholdStore.Open(database, Example, Clock)).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(database));
        Assert.Empty(new BackupFolder(BackupSettings.Usual, _files.Settings.DataFolder, Clock).List());
    }

    /// <summary>Every table with its columns; who is at work changes with every opening.</summary>
    private static Dictionary<string, string[]> Shape(string database) =>
        FrozenDatabase.Rows(database, "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' and name <> 'lease'").ToDictionary(
            table => table, table => FrozenDatabase.Rows(database, $"select name from pragma_table_info('{table}')").ToArray());

    /// <summary>Every table with its rows as text, of the columns that it had.</summary>
    private static Dictionary<string, string[]> Content(string database, Dictionary<string, string[]> shape) => shape.ToDictionary(
        table => table.Key,
        table => FrozenDatabase.Rows(database, $"select {string.Join(" || '|' || ", table.Value.Select(c => $"quote({c})"))} from {table.Key}").Order(StringComparer.Ordinal).ToArray());
}
