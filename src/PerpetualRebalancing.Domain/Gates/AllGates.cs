using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Gates;

/// <summary>Asks every gate (semantics §6). They are asked at the review, at the approval and before each placement.</summary>
public static class AllGates
{
    /// <summary>Every gate there is, in the order they are asked and shown. A gate that is not listed here is never asked.</summary>
    public static ImmutableArray<IGate> InOrder { get; } =
    [
        new HaltGate(),
        new AccountModeGate(),
        new MarketHoursGate(),
        new StalePriceGate(),
        new ImplausibleGate(),
        new WeightsGate(),
        new CashCoverGate(),
        new PriceCollarGate(),
        new DelayedPriceGate(),
        new PremiumGate(),
        new OrderSizeGate(),
        new TurnoverGate(),
        new DailyValueGate(),
        new DailyOrdersGate(),
        new WashSaleGate(),
    ];

    /// <summary>Asks every gate.</summary>
    public static Judgement Judge(GateInput input) => Judge(InOrder, input);

    /// <summary>Asks the given gates, all of them whatever the first ones say, so that a person sees every reason at once.</summary>
    public static Judgement Judge(ImmutableArray<IGate> gates, GateInput input) =>
        new(gates.Select(gate => new GateVerdict(gate.Name, Ask(gate, input))).ToImmutableArray());

    private static Verdict Ask(IGate gate, GateInput input)
    {
        try
        {
            return gate.Judge(input);
        }
        catch (Exception failure)
        {
            // Whatever went wrong, the question has no answer, and no answer is not a yes.
            return new Verdict.Blocked($"the gate '{gate.Name}' could not judge, so nothing is placed: {failure.Message}");
        }
    }
}
