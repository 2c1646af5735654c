using System.Globalization;
using System.Text.RegularExpressions;
using PerpetualRebalancing.Adapters.Store;

namespace PerpetualRebalancing.Worker.Tests.Architecture;

public sealed partial class MigrationTests
{
    [Theory]
    [InlineData("migration/", "Store/Migrations")]
    [InlineData("paper-migration/", "Brokers/Paper/Migrations")]
    public void Migrations_are_embedded_and_numbered_without_gaps(string prefix, string folder)
    {
        var path = Path.Combine(RepositoryFolder.Root, "src/PerpetualRebalancing.Adapters", folder);
        var files = Directory.GetFiles(path, "*.sql").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal).ToArray();
        Assert.NotEmpty(files);
        Rule.HasNoOffender($"Name a migration NNN_what_it_does.sql in {folder}:", files.Where(f => !Name().IsMatch(f)));
        Rule.HasNoOffender(
            $"Migrations in {folder} are numbered 001, 002, … without gaps, each number once, since a database's version is the number of the last. Renumber:",
            files.Where((file, i) => !file.StartsWith((i + 1).ToString("000", CultureInfo.InvariantCulture), StringComparison.Ordinal)));

        var embedded = typeof(HouseholdStore).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..]).ToArray();
        Rule.HasNoOffender(
            $"A migration that is not embedded as {prefix}* never runs. Look at EmbeddedResource in PerpetualRebalancing.Adapters.csproj:",
            files.Except(embedded).Concat(embedded.Except(files)));
    }

    [GeneratedRegex("^[0-9]{3}_[a-z][a-z_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
