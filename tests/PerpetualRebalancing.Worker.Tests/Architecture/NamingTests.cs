using System.Text.RegularExpressions;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Worker.Tests.Architecture;

public sealed partial class NamingTests
{
    /// <summary>Interfaces with one implementation today, and the second one that they wait for.</summary>
    private static readonly Dictionary<Type, string> Seams = new()
    {
        [typeof(ITaxRules)] = "the household's laws are one; the tests' closed forms are others",
        [typeof(ITaxBook)] = "the laws of the configuration are one; the tests' closed forms are others",
    };

    [Fact]
    public void No_type_is_named_for_doing_things_in_general() => Rule.HasNoOffender(
        "These names say nothing. Name what the type is or knows (Waterfall, SaleQueue), not that it helps:",
        Rule.Product.SelectMany(a => a.GetTypes()).Where(t => !t.Name.StartsWith('<') && Vague().IsMatch(t.Name)).Select(t => t.ToString())
            .Concat(Rule.Files("*.cs").Where(file => Vague().IsMatch(Path.GetFileNameWithoutExtension(file)))));

    [Fact]
    public void An_interface_has_two_implementations_or_a_reason()
    {
        var classes = Rule.Product.SelectMany(a => a.GetTypes()).Where(t => t is { IsInterface: false, IsAbstract: false }).ToArray();
        var interfaces = Rule.Product.SelectMany(a => a.GetTypes()).Where(t => t.IsInterface).ToDictionary(
            i => i,
            i => classes.Count(c => c.GetInterfaces().Any(x => (x.IsGenericType ? x.GetGenericTypeDefinition() : x) == i)));
        Rule.HasNoOffender(
            "The second implementation earns the interface. Use the class itself, or add the seam and its reason to NamingTests.Seams:",
            interfaces.Where(i => i.Value < 2 && !Seams.ContainsKey(i.Key)).Select(i => $"{i.Key}: {i.Value}"));
        Rule.HasNoOffender(
            "These have their second implementation, or are gone. Take them out of NamingTests.Seams:",
            Seams.Keys.Where(seam => interfaces.GetValueOrDefault(seam) != 1).Select(seam => seam.ToString()));
    }

    [Fact]
    public void No_source_file_is_longer_than_300_lines() => Rule.HasNoOffender(
        "A file is read in one sitting: at most 300 lines. Move a type, or one concern of a partial type, to a file of its own:",
        Rule.Files("*.cs").Select(file => (file, lines: Rule.Text(file).AsSpan().Count('\n'))).Where(f => f.lines > 300).Select(f => $"{f.file}: {f.lines}"));

    [GeneratedRegex("(Manager|Helpers?|Utils?|Utility|Utilities)(`[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Vague();
}
