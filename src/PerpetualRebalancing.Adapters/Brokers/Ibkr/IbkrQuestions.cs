using System.Collections.Immutable;

namespace PerpetualRebalancing.Adapters.Brokers.Ibkr;

/// <summary>What is answered to a question about an order.</summary>
/// <param name="Id">The service's identity of the kind of question.</param>
/// <param name="IsConfirmed">Whether the answer is yes without a person: only where our own gates have judged the same thing before.</param>
/// <param name="About">What it asks.</param>
public sealed record QuestionRule(string Id, bool IsConfirmed, string About);

/// <summary>The policy for the questions that Interactive Brokers asks before it takes an order. What is not listed is declined.</summary>
public static class IbkrQuestions
{
    /// <summary>One rule per question.</summary>
    public static readonly ImmutableArray<QuestionRule> All =
    [
        new("o163", false, "the limit is further from the market than its percentage allows"),
        new("o354", false, "there is no market data for the instrument"),
        new("o382", false, "the price is finer than the tick"),
        new("o383", false, "the size is above the limit"),
        new("o403", true, "the order will most likely be filled at once"),
        new("o451", false, "the value is above the limit"),
        new("o10151", true, "a market order may be filled at any price; ours have a limit"),
        new("o10153", true, "the exchange may cap the price of the order"),
        new("o10331", false, "a stop order may be filled at any price"),
    ];

    /// <summary>Whether a question may be answered with yes: all that it asks is listed as harmless.</summary>
    public static bool IsConfirmed(ImmutableArray<string> ids) => !ids.IsDefaultOrEmpty && ids.All(id => All.Any(r => r.Id == id && r.IsConfirmed));
}
