using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Statements;

/// <summary>Finds the household's instrument that a statement means: by its ISIN, else by its id.</summary>
/// <remarks>An instrument whose ISIN is known is never found by its symbol alone when the statement gives another ISIN: symbols are
/// used again for other securities.</remarks>
internal sealed class InstrumentNames
{
    private readonly Dictionary<string, Instrument> _byIsin = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Instrument> _byId = new(StringComparer.Ordinal);
    private readonly Account _account;

    /// <summary>The instruments of a household.</summary>
    public InstrumentNames(Household household, Account account)
    {
        _account = account;
        foreach (var instrument in household.Instruments)
        {
            _byId[instrument.Id.Value] = instrument;
            if (instrument.Isin is { } isin)
            {
                _byIsin[isin] = instrument;
            }
        }
    }

    /// <summary>Learns an ISIN that an instrument had before a corporate action.</summary>
    public void AddFormer(string isin, InstrumentId instrument) => _byIsin.TryAdd(isin, _byId[instrument.Value]);

    /// <summary>The instrument of a line; null when there is none, which has then been said.</summary>
    /// <param name="faults">Where to say it.</param>
    /// <param name="place">The line.</param>
    /// <param name="isin">What stands in the ISIN field; null when the statement has no such field.</param>
    /// <param name="id">What may be an id: a symbol.</param>
    /// <param name="isinField">The ISIN field's name.</param>
    /// <param name="idField">The id field's name.</param>
    public InstrumentId? Find(StatementFaults faults, string place, string? isin, string id, string isinField, string idField)
    {
        if (isin is not null && !Isin.IsWellFormed(isin))
        {
            faults.Add(
                place, isinField, isin.Length == 0 ? $"is missing for '{StatementFaults.Short(id)}'" : $"is '{StatementFaults.Short(isin)}'", "an ISIN: two letters, nine letters or digits and the check digit that fits them");
            return null;
        }

        if ((isin is not null && _byIsin.TryGetValue(isin, out var found))
            || (_byId.TryGetValue(id, out found) && (isin is null || found.Isin is null)))
        {
            if (found.Accounts.Contains(_account.Id))
            {
                return found.Id;
            }

            faults.Add(place, idField, $"'{StatementFaults.Short(id)}' is {found.Id}, which {_account.Id} cannot hold", string.Join(", ", found.Accounts.Select(a => a.Value)));
            return null;
        }

        faults.Add(
            place, isin is null ? idField : isinField, $"is '{StatementFaults.Short(isin ?? id)}'{(isin is null || id.Length == 0 ? "" : $" ('{StatementFaults.Short(id)}')")}, which no instrument of the household has",
            "the isin or id of an instrument; add it to the household file first");
        return null;
    }

    /// <summary>The instrument of a name that is an ISIN or an id.</summary>
    public InstrumentId? FindEither(StatementFaults faults, string place, string name, string field) => Isin.IsWellFormed(name)
        ? Find(faults, place, name, "", field, field)
        : Find(faults, place, null, name, field, field);
}
