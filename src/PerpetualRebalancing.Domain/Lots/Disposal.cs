using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Lots;

/// <summary>A sale, redemption or switch out, and what it took.</summary>
/// <param name="At">Where, when and according to what.</param>
/// <param name="Units">How many units.</param>
/// <param name="Price">Per unit, the instrument's currency.</param>
/// <param name="Charges">Deductible charges of the whole, the instrument's currency.</param>
/// <param name="Taken">The lots it took, each with the units that were taken of it; empty when they are not known.</param>
/// <param name="IsBooked">Whether the program booked the sale and its tax itself.</param>
public sealed record Disposal(Origin At, Quantity Units, decimal Price, decimal Charges, ImmutableArray<TaxLot> Taken, bool IsBooked)
{
    /// <summary>Consideration per unit after deductible charges.</summary>
    public decimal NetPrice => Price - (Charges / Units.Units);
}

/// <summary>Why a history cannot be true.</summary>
/// <param name="At">The transaction that cannot have happened.</param>
/// <param name="Field">The field that shows it.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Allowed">What would be right, or what to do.</param>
public sealed record LotFault(Origin At, string Field, string Problem, string Allowed)
{
    /// <summary>One line: source, place, field, what is wrong and what would be right.</summary>
    public string Line => $"{At.Source}: {(At.Place.Length == 0 ? "" : $"{At.Place}, ")}{Field}: {Problem}; allowed: {Allowed}";
}

/// <summary>What a history leads to.</summary>
/// <param name="Lots">Each instrument's lots in the order a sale takes them; instruments without units are listed with none.</param>
/// <param name="Disposals">In order of time.</param>
/// <param name="Faults">Empty when the history can be true.</param>
public sealed record LotReplay(
    ImmutableDictionary<InstrumentId, ImmutableArray<TaxLot>> Lots, ImmutableArray<Disposal> Disposals, ImmutableArray<LotFault> Faults)
{
    /// <summary>An instrument's lots.</summary>
    public ImmutableArray<TaxLot> Of(InstrumentId instrument) => Lots.GetValueOrDefault(instrument, []);
}
