namespace PerpetualRebalancing.Domain.Lots;

/// <summary>What the name of a lot tells: <c>account/instrument/day</c>, or <c>account/instrument/folio/day</c>.</summary>
public static class LotNames
{
    /// <summary>The folio in a lot's name; empty where it lies in none.</summary>
    public static string FolioOf(TaxLot lot)
    {
        var prefix = $"{lot.Account}/{lot.Instrument}/";
        var day = lot.Id.Value.LastIndexOf('/');
        return lot.Id.Value.StartsWith(prefix, StringComparison.Ordinal) && day > prefix.Length ? lot.Id.Value[prefix.Length..day] : "";
    }
}
