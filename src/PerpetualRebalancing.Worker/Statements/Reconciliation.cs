using System.Collections.Immutable;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Statements;

/// <summary>Whether the lots of a position add up to what its account reports. Where they do not, it is not sellable.</summary>
/// <param name="Account">The account.</param>
/// <param name="Instrument">The instrument.</param>
/// <param name="Lots">Units of its lots.</param>
/// <param name="Reported">Units that the account reports.</param>
/// <param name="Folios">Units by folio, where lots name any.</param>
internal sealed record ReconciledPosition(
    AccountId Account, InstrumentId Instrument, Quantity Lots, Quantity Reported, ImmutableArray<FolioUnits> Folios)
{
    /// <summary>What the account reports above its lots; below zero when it reports less.</summary>
    public decimal Difference => Reported.Units - Lots.Units;

    /// <summary>Whether it may be sold.</summary>
    public bool IsSellable => Difference == 0m;

    /// <summary>Every position that has lots or is reported, in declared order.</summary>
    public static async Task<ImmutableArray<ReconciledPosition>> OfAsync(Desk desk, CancellationToken cancellationToken)
    {
        var state = desk.Store.State;
        var positions = ImmutableArray.CreateBuilder<ReconciledPosition>();
        foreach (var account in desk.Policy.Accounts)
        {
            var reading = await desk.ReadAsync(account.Id, cancellationToken);
            foreach (var instrument in desk.Policy.Instruments.Select(i => i.Id))
            {
                var reported = reading.Holdings.FirstOrDefault(h => h.Instrument == instrument)?.Quantity ?? Quantity.Zero;
                var lots = state.Lots.GetValueOrDefault(new Position(account.Id, instrument), []);
                var held = state.Held(account.Id, instrument);
                if (!reported.IsZero || !held.IsZero)
                {
                    positions.Add(new ReconciledPosition(account.Id, instrument, held, reported, FolioUnits.Of(lots)));
                }
            }
        }

        return positions.ToImmutable();
    }
}

/// <summary>Units in a folio.</summary>
/// <param name="Folio">Its number.</param>
/// <param name="Units">Units of its lots.</param>
internal sealed record FolioUnits(string Folio, Quantity Units)
{
    /// <summary>By folio, in the order of the lots; none when no lot names one.</summary>
    public static ImmutableArray<FolioUnits> Of(ImmutableArray<TaxLot> lots) =>
    [
        .. lots.Select(l => (Folio: LotNames.FolioOf(l), l.Remaining)).Where(l => l.Folio.Length > 0)
            .GroupBy(l => l.Folio).Select(g => new FolioUnits(g.Key, new Quantity(g.Sum(l => l.Remaining.Units)))),
    ];
}
