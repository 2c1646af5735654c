using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Commands;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Messages;

/// <summary>What a person is to order where no program may: one entry per order, with all that the form asks for.</summary>
public static class InstructionSheet
{
    /// <summary>Writes the sheet.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="batch">Its batch.</param>
    /// <param name="legs">What to order.</param>
    /// <param name="policy">Whose.</param>
    /// <param name="folios">The folios that hold an instrument at an account; none when no statement named one.</param>
    public static Letter Compose(Plan plan, BatchId batch, IReadOnlyList<Leg> legs, Household policy, Func<Leg, IEnumerable<string>> folios)
    {
        var letter = new LetterWriter()
            .Line($"{policy.Name}: orders of batch {batch} ({plan.Slot}) that you place yourself.")
            .Line(legs.Any(l => policy.Instrument(l.Plan.Instrument!).Dealing == Dealing.Nav)
                ? "Funds take an order at the NAV of the same day until 15:00 on a business day, when the money has reached them by then."
                : "Place each as a limit order of the day, while its exchange is open.")
            .Section("REDEEM", legs.Where(l => l.Plan.IsSale).SelectMany(l => Order(l, policy, batch, folios(l))))
            .Section("BUY", legs.Where(l => l.Plan.IsPurchase).SelectMany(l => Order(l, policy, batch, folios(l))))
            .Line()
            .Line("Not possible? Then say:")
            .Line($"{CommandLine.ProgramName} orders failed {batch} LEG --reason \"...\"");
        return letter.Under(legs.Count == 1 ? $"Please order: 1 instruction [{batch}]" : FormattableString.Invariant($"Please order: {legs.Count} instructions [{batch}]"));
    }

    private static IEnumerable<string> Order(Leg leg, Household policy, BatchId batch, IEnumerable<string> folios)
    {
        var instrument = policy.Instrument(leg.Plan.Instrument!);
        var amount = leg.Plan.IsPurchase && instrument.Dealing == Dealing.Nav
            ? $"for {MoneyFormat.Text(leg.Plan.Value + leg.Plan.Charges)}"
            : $"{MoneyFormat.Units(leg.Ordered - leg.Filled)} units";
        yield return $"{leg.Plan.Id}  {instrument.Name}, {amount}, at {leg.Plan.Account}";
        if (instrument.Isin is { } isin)
        {
            yield return $"    ISIN {isin}";
        }

        if (string.Join(", ", folios) is { Length: > 0 } names)
        {
            yield return $"    folio {names}";
        }

        if (leg.IsHandedOver)
        {
            yield return $"    Nobody logged in at {leg.Plan.Account} in time. Order it there yourself, today: the program does not place it any more.";
        }

        if (instrument.Dealing == Dealing.Exchange)
        {
            yield return $"    {leg.Note}";
        }

        yield return $"    planned at about {MoneyFormat.Price(leg.Plan.Price!.Value)}. When it is done:";
        yield return $"    {CommandLine.ProgramName} orders done {batch} {leg.Plan.Id} --units UNITS --price NAV --on DATE";
    }
}
