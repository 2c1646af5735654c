using PerpetualRebalancing.Domain.Lots;

namespace PerpetualRebalancing.Domain.Tests.Lots;

/// <summary>Short words for the history of one rupee account.</summary>
internal static class LotStory
{
    public static readonly AccountId Account = new("demat");
    public static readonly InstrumentId Nifty = new("NIFTY");
    public static readonly InstrumentId Direct = new("NIFTY-DIRECT");

    public static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd");

    public static Origin At(string day, InstrumentId? instrument = null, string folio = "", string? reference = null) =>
        new(instrument ?? Nifty, folio, Day(day), "story", "line 1") { Reference = reference };

    public static Quantity Units(decimal units) => new(units);

    public static Transaction Buy(string day, decimal units, decimal price, decimal charges = 0m, string folio = "") =>
        new Transaction.Bought(At(day, folio: folio), Units(units), price, charges);

    public static Transaction Sell(string day, decimal units, decimal price = 100m, string folio = "") =>
        new Transaction.Sold(At(day, folio: folio), Units(units), price, 0m);

    public static LotReplay Replay(params Transaction[] transactions) => LotHistory.Of(Account, Currency.Inr, transactions);

    /// <summary>The lots as day, units and cost per unit.</summary>
    public static (DateOnly Acquired, decimal Units, decimal Cost)[] LotsOf(LotReplay replay, InstrumentId? instrument = null)
    {
        Assert.Empty(replay.Faults);
        return [.. replay.Of(instrument ?? Nifty).Select(l => (l.Acquired, l.Remaining.Units, l.CostPerUnit.Amount))];
    }
}
