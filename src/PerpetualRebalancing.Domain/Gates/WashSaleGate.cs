using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Domain.Tax.UnitedStates;

namespace PerpetualRebalancing.Domain.Gates;

/// <summary>Would the batch make a loss that does not count: by selling at a loss what was bought lately, by buying what was sold at a
/// loss lately, or by doing both at once (s.1091)? It is lawful, so a person decides.</summary>
public sealed class WashSaleGate : IGate
{
    /// <inheritdoc/>
    public string Name => "wash sale";

    /// <inheritdoc/>
    public Verdict Judge(GateInput input)
    {
        var today = input.Inputs.Read.Today;
        var rules = input.Inputs.Rules.Tax.Open(input.Policy, input.State, today);
        var members = input.Policy.Members.Count(m => rules.WashSales(m.Id) is not null);
        if (members == 0)
        {
            return new Verdict.Cleared("0 members are under a law that knows wash sales");
        }

        var losses = Losses(input, today);
        var purchases = Purchases(input, rules, today);
        var matches = WashSales.Match([.. losses.Select(l => l.Sold)], [.. purchases], rules.WashSales);
        if (matches.IsEmpty)
        {
            return new Verdict.Cleared(FormattableString.Invariant($"0 of {losses.Count} losses would be disallowed"));
        }

        var phrases = matches.GroupBy(m => (losses[m.Loss].Sold.Instrument.Id, losses[m.Loss].Sold.On, Bought: purchases[m.Purchase].Instrument.Id, BoughtOn: purchases[m.Purchase].On))
            .Select(g => Phrase(input, g.Key.Id, g.Key.On, g.Key.Bought, g.Key.BoughtOn, g.Sum(m => m.Units), g.Sum(m => losses[m.Loss].LossPerUnit * m.Units)));
        return new Verdict.NeedsApproval($"{string.Join("; ", phrases)}; approve it if that is meant, or plan again without the purchase or the sale");
    }

    private static string Phrase(GateInput input, InstrumentId sold, DateOnly on, InstrumentId bought, DateOnly boughtOn, decimal units, decimal disallowed) =>
        $"{new Money(disallowed, input.Policy.Base).Rounded} of the loss on {sold} of {GateWords.Day(on)} would be disallowed by {Canonical.Text(units)} units of "
        + $"{bought} of {GateWords.Day(boughtOn)}, and 0 is the most without a person";

    /// <summary>Losses that were booked and nothing has replaced, and those of the legs that are judged.</summary>
    private static List<(SoldAtLoss Sold, decimal LossPerUnit)> Losses(GateInput input, DateOnly today)
    {
        var losses = input.State.OpenLosses.Select(l => (
            new SoldAtLoss(l.Member, l.SoldOn, input.Policy.Instrument(l.Instrument), l.Lot, l.Quantity.Units), l.Loss.Amount / l.Quantity.Units)).ToList();
        foreach (var leg in input.Legs.Where(l => l.IsSale))
        {
            var member = input.Policy.Account(leg.Account).Member;
            var instrument = input.Policy.Instrument(leg.Instrument!);
            losses.AddRange(leg.Lots.Where(p => p.Gain.IsNegative).Select(p => (
                new SoldAtLoss(member, today, instrument, p.Lot, p.Quantity.Units), -p.Gain.Amount / p.Quantity.Units)));
        }

        return losses;
    }

    /// <summary>Units that are held and replace nothing yet, less what the legs sell of them, and what the legs buy.</summary>
    private static ImmutableArray<Bought> Purchases(GateInput input, ITaxRules rules, DateOnly today)
    {
        var sold = input.Legs.Where(l => l.IsSale).SelectMany(l => l.Lots).GroupBy(p => p.Lot).ToDictionary(g => g.Key, g => g.Sum(p => p.Quantity.Units));
        var held = WashSales.Purchases(input.Policy, input.State, rules).Purchases
            .Select(p => sold.TryGetValue(p.Lot, out var units) ? p with { Units = Math.Max(0m, p.Units - units) } : p);
        var planned = input.Legs.Where(l => l.IsPurchase).Select(l => new Bought(
            input.Policy.Account(l.Account).Member, today, input.Policy.Instrument(l.Instrument!), new LotId($"leg {l.Id}"), l.Quantity.Units));
        return [.. held, .. planned];
    }
}
