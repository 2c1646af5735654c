using PerpetualRebalancing.Domain.Gates;

namespace PerpetualRebalancing.Worker.Tests.Architecture;

public sealed class GateTests
{
    private const string Folder = "tests/PerpetualRebalancing.Domain.Tests/Gates";

    private static readonly string[] Gates = typeof(IGate).Assembly.GetTypes()
        .Where(t => t.IsAssignableTo(typeof(IGate)) && t is { IsInterface: false, IsAbstract: false }).Select(t => t.Name).ToArray();

    [Fact]
    public void Every_gate_is_asked() => Rule.HasNoOffender(
        "A gate that nobody asks guards nothing. Add it to AllGates.InOrder:",
        Gates.Except(AllGates.InOrder.Select(gate => gate.GetType().Name)));

    [Fact]
    public void Every_gate_has_a_test_of_its_name_that_sees_it_clear_and_not_clear() => Rule.HasNoOffender(
        $"Add {Folder}/<Gate>Tests.cs with the gate's name, a verdict that clears and one that blocks or asks. It is missing, or lacks that, for:",
        Gates.Where(gate =>
        {
            var file = Path.Combine(RepositoryFolder.Root, Folder, $"{gate}Tests.cs");
            var text = File.Exists(file) ? File.ReadAllText(file) : "";
            bool Says(string words) => text.Contains(words, StringComparison.Ordinal);
            return !(Says($"class {gate}Tests") && (Says($"new {gate}()") || Says($"{gate} Gate = new()")) && Says("VerdictAssert.Cleared(")
                && (Says("VerdictAssert.Blocked(") || Says("VerdictAssert.NeedsApproval(")));
        }));

    [Fact]
    public void Every_gate_has_a_file_of_its_own() => Rule.HasNoOffender(
        "One file, one question. Give each of these its own file in src/PerpetualRebalancing.Domain/Gates:",
        Gates.Where(gate => !File.Exists(Path.Combine(RepositoryFolder.Root, "src/PerpetualRebalancing.Domain/Gates", $"{gate}.cs"))));
}
