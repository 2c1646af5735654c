using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Gates;

/// <summary>Whether a person must be asked before a batch is placed (semantics §6).</summary>
public static class ApprovalNeed
{
    /// <summary>Why a person must be asked, one phrase each; empty when the batch goes ahead by itself. A plan without legs places
    /// nothing and is never asked about.</summary>
    /// <param name="input">What was judged.</param>
    /// <param name="judgement">What the gates said; a question of theirs is asked under every policy.</param>
    public static ImmutableArray<string> Of(GateInput input, Judgement judgement)
    {
        if (input.Plan.Legs.IsEmpty)
        {
            return [];
        }

        var reasons = input.Policy.Approval.Rule switch
        {
            ApprovalRule.AlwaysAsk => ["the policy asks before every batch"],
            ApprovalRule.AskAboveOrSelling => AboveOrSelling(input),
            ApprovalRule.Automatic => [],
            _ => throw new InvalidOperationException($"{input.Policy.Approval.Rule} is not an approval rule."),
        };
        string[] two = NeedsTwo(input)
            ? [$"the batch trades {input.ValueOf(Orders(input)).Rounded}, and above {input.Policy.Approval.SecondAbove} two people must say yes"]
            : [];
        return [.. two, .. reasons, .. judgement.NeedsApproval.Select(v => v.ToString())];
    }

    /// <summary>Whether one person's yes is not enough.</summary>
    public static bool NeedsTwo(GateInput input) => input.Policy.Approval.SecondAbove is { } limit && input.ValueOf(Orders(input)) > limit;

    private static PlannedLeg[] Orders(GateInput input) => [.. input.Plan.Legs.Where(leg => leg.IsSale || leg.IsPurchase)];

    private static IEnumerable<string> AboveOrSelling(GateInput input)
    {
        var orders = Orders(input);
        var sales = orders.Where(leg => leg.IsSale).ToArray();
        if (sales.Length > 0)
        {
            yield return $"the batch sells {input.ValueOf(sales).Rounded} in {GateWords.Count(sales.Length, "leg")} ({GateWords.Names(sales)}), and the policy asks before any sale";
        }

        var traded = input.ValueOf(orders);
        if (traded > input.Policy.Approval.AskAbove)
        {
            yield return $"the batch trades {traded.Rounded}, and the policy asks above {input.Policy.Approval.AskAbove}";
        }
    }
}
