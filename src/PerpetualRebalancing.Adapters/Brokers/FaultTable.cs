using System.Collections.Immutable;
using System.Text;
using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Brokers;

/// <summary>What is known about an order when its placement did not end with an answer of the contract.</summary>
public enum Knowledge
{
    /// <summary>Known not to be placed.</summary>
    NotPlaced,

    /// <summary>Known not to be placed, and it waits for a person.</summary>
    Waits,

    /// <summary>Not known: in doubt.</summary>
    Unknown,
}

/// <summary>What a fault means for each thing we may have been doing.</summary>
/// <param name="Fault">What is known about the request.</param>
/// <param name="Meaning">In words.</param>
/// <param name="IsReadAgain">Whether a read is tried again.</param>
/// <param name="Placement">What is known about an order.</param>
public sealed record FaultRule(UpstreamFault Fault, string Meaning, bool IsReadAgain, Knowledge Placement);

/// <summary>The one table of what every fault of a broker's service means (semantics §6). All adapters go by it, the README prints it,
/// and the fault matrix holds every adapter to it.</summary>
public static class FaultTable
{
    /// <summary>One rule per fault.</summary>
    public static readonly ImmutableArray<FaultRule> All =
    [
        new(UpstreamFault.NotReached, "no connection was taken; nothing left", true, Knowledge.NotPlaced),
        new(UpstreamFault.NotTrusted, "the certificate was refused; nothing left", false, Knowledge.NotPlaced),
        new(UpstreamFault.Lost, "the connection broke or time ran out afterwards", true, Knowledge.Unknown),
        new(UpstreamFault.Throttled, "asked too often (429): turned away at the door", true, Knowledge.NotPlaced),
        new(UpstreamFault.Failing, "the service failed (5xx)", true, Knowledge.Unknown),
        new(UpstreamFault.Unreadable, "the answer is not in the contract", false, Knowledge.Unknown),
        new(UpstreamFault.Refused, "the service said no in its own words", false, Knowledge.NotPlaced),
        new(UpstreamFault.SignedOut, "the session or key is not accepted", false, Knowledge.Waits),
        new(UpstreamFault.ClockDiffers, "its clock and ours differ by minutes (reads only)", false, Knowledge.NotPlaced),
    ];

    /// <summary>The rule of a fault.</summary>
    public static FaultRule Of(UpstreamFault fault) => All.First(r => r.Fault == fault);

    /// <summary>What is known about an order whose placement threw.</summary>
    public static PlacementOutcome Placement(UpstreamException e) => Of(e.Fault).Placement switch
    {
        Knowledge.NotPlaced => new PlacementOutcome.Rejected(e.Message),
        Knowledge.Waits => new PlacementOutcome.Waits(e.Message, null),
        Knowledge.Unknown => new PlacementOutcome.InDoubt(e.Message),
        var other => throw new InvalidOperationException($"{other} is no knowledge about an order."),
    };

    /// <summary>The table as the README prints it.</summary>
    public static string Markdown
    {
        get
        {
            var text = new StringBuilder("| fault | what is known | a read | an order |\n|---|---|---|---|\n");
            foreach (var rule in All)
            {
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {rule.Fault} | {rule.Meaning} | {(rule.IsReadAgain ? "is tried again" : "fails")} | {Word(rule.Placement)} |\n");
            }

            return text.ToString();
        }
    }

    private static string Word(Knowledge knowledge) => knowledge switch
    {
        Knowledge.NotPlaced => "rejected: not placed",
        Knowledge.Waits => "not placed; waits for a person",
        _ => "in doubt",
    };
}
