using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Tests.Configuration;

namespace PerpetualRebalancing.Adapters.Tests.FaultMatrices;

public class FaultTableTests
{
    [Fact]
    public void Every_fault_has_one_rule() =>
        Assert.Equal(Enum.GetValues<UpstreamFault>().Order(), FaultTable.All.Select(r => r.Fault).Order());

    [Fact]
    public void The_readme_prints_the_table()
    {
        var readme = File.ReadAllText(RepositoryFolder.Root("src/PerpetualRebalancing.Adapters/Brokers/README.md"));

        Assert.True(readme.Contains(FaultTable.Markdown, StringComparison.Ordinal), $"Brokers/README.md must print the table of faults as the code has it:\n{FaultTable.Markdown}");
    }
}
