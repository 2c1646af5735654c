using System.Xml.Linq;

namespace PerpetualRebalancing.Worker.Tests.Architecture;

public sealed class DependencyTests
{
    private const string Src = "src/PerpetualRebalancing.";

    [Fact]
    public void The_domain_references_only_the_base_library()
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        Rule.HasNoOffender(
            "The domain decides and needs nothing but the base library. Move what uses these to Adapters, or pass its answer in as a value:",
            typeof(Domain.Money).Assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(name => !File.Exists(Path.Combine(framework, $"{name}.dll"))));
    }

    [Theory]
    [InlineData("Domain")]
    [InlineData("Adapters", "Domain")]
    [InlineData("Worker", "Adapters", "Domain")]
    public void Projects_point_from_the_worker_to_the_domain(string project, params string[] allowed)
    {
        var file = $"{Src}{project}/PerpetualRebalancing.{project}.csproj";
        var references = XDocument.Parse(Rule.Text(file)).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')).Split('.')[^1]);
        Rule.HasNoOffender(
            $"{file} may reference {(allowed.Length == 0 ? "no project" : string.Join(" and ", allowed))}: Worker coordinates, Adapters do, Domain decides. Move the code that needs these:",
            references.Except(allowed));
    }

    [Fact]
    public void The_domain_has_no_packages() => Rule.HasNoOffender(
        $"{Src}Domain/PerpetualRebalancing.Domain.csproj must list no package; put what needs one into Adapters:",
        XDocument.Parse(Rule.Text($"{Src}Domain/PerpetualRebalancing.Domain.csproj")).Descendants("PackageReference").Select(p => p.Attribute("Include")!.Value));

    [Fact]
    public void The_solution_lists_every_project()
    {
        var solution = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "PerpetualRebalancing.sln")).Replace('\\', '/');
        Rule.HasNoOffender(
            "A project outside the solution is neither built nor checked. Add it with 'dotnet sln add':",
            Rule.Files("*.csproj").Where(project => !solution.Contains($"\"{project}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_test_project_is_found_by_the_script_that_runs_them() => Rule.HasNoOffender(
        "tests/run.sh runs tests/*.Tests/*.csproj. Name the folder of a project with tests *.Tests:",
        Rule.Files("*.csproj").Where(p => Rule.Text(p).Contains("\"xunit.v3\"", StringComparison.Ordinal))
            .Where(p => p.Split('/') is not ["tests", var folder, _] || !folder.EndsWith(".Tests", StringComparison.Ordinal)));
}
