using System.Globalization;

namespace PerpetualRebalancing.Domain.Lots;

/// <summary>The lots of one account while its history is replayed, by instrument, in the order they were credited.</summary>
/// <remarks>A sale from a folio takes that folio's lots only; where lot or sale names none, any of them.</remarks>
internal sealed class LotQueue(AccountId account)
{
    /// <summary>More units than this are a fault of the history: no fund has issued them.</summary>
    public const decimal MostUnits = 1_000_000_000_000_000m;

    /// <summary>A lot has at least so many.</summary>
    public const decimal FewestUnits = 0.000001m;

    /// <summary>No lot and no sale is worth more, in any currency: sums of them stay far from what a decimal can hold.</summary>
    public const decimal MostMoney = 1_000_000_000_000_000_000m;

    // A merged lot's units are cut to the places that registrars keep; the last one gets the rest.
    private const int Places = 6;

    private readonly Dictionary<InstrumentId, List<Held>> _lots = [];
    private readonly Dictionary<(InstrumentId Instrument, string Folio, DateOnly Acquired), int> _named = [];
    private readonly HashSet<string> _reserved = [];

    /// <summary>Every instrument that was named, with its lots.</summary>
    public IEnumerable<KeyValuePair<InstrumentId, List<Held>>> All => _lots;

    /// <summary>An instrument's lots.</summary>
    public List<Held> Of(InstrumentId instrument)
    {
        if (!_lots.TryGetValue(instrument, out var held))
        {
            _lots.Add(instrument, held = []);
        }

        return held;
    }

    /// <summary>Keeps a name for the lot that has it, so that no other is given it.</summary>
    public void Reserve(LotId? name)
    {
        if (name is not null)
        {
            _reserved.Add(name.Value);
        }
    }

    /// <summary>Units in a folio.</summary>
    public decimal Units(InstrumentId instrument, string folio) => Of(instrument).Where(l => Fits(l.Folio, folio)).Sum(l => l.Units);

    /// <summary>Adds a lot at the end of the queue.</summary>
    public void Add(InstrumentId instrument, Held lot, LotId? name)
    {
        lot.Id = name ?? NameOf(instrument, lot.Folio, lot.Acquired);
        Of(instrument).Add(lot);
    }

    /// <summary>Empties an instrument's queue before a broker's list of its lots, which are named from the start again.</summary>
    public void Clear(InstrumentId instrument)
    {
        Of(instrument).Clear();
        foreach (var key in _named.Keys.Where(k => k.Instrument == instrument).ToArray())
        {
            _named.Remove(key);
        }
    }

    /// <summary>Takes the oldest units of a folio.</summary>
    /// <returns>What was taken, as copies; less than asked when there is no more.</returns>
    public List<Held> TakeOldest(InstrumentId instrument, string folio, decimal units)
    {
        var taken = new List<Held>();
        var queue = Of(instrument);
        foreach (var lot in queue)
        {
            if (units == 0m)
            {
                break;
            }

            if (Fits(lot.Folio, folio))
            {
                taken.Add(Take(lot, Math.Min(units, lot.Units), ref units));
            }
        }

        queue.RemoveAll(l => l.Units == 0m);
        return taken;
    }

    /// <summary>Takes units of the lot of a name; nothing when it does not hold them.</summary>
    public Held? TakeNamed(InstrumentId instrument, LotId name, decimal units)
    {
        var queue = Of(instrument);
        var lot = queue.Find(l => l.Id == name && l.Units >= units);
        if (lot is null)
        {
            return null;
        }

        var left = units;
        var taken = Take(lot, units, ref left);
        queue.RemoveAll(l => l.Units == 0m);
        return taken;
    }

    /// <summary>Puts units of a merged instrument into the one that goes on: the cost of every lot stays, whatever its units become.</summary>
    public void Carry(IReadOnlyList<Held> from, decimal units, InstrumentId into, string folio, decimal intoUnits)
    {
        var left = intoUnits;
        var carried = 0m;
        for (var i = 0; i < from.Count; i++)
        {
            var share = i == from.Count - 1 ? left : Math.Min(left, decimal.Round(from[i].Units / units * intoUnits, Places, MidpointRounding.ToZero));
            carried += from[i].Units * from[i].Cost;
            if (share > 0m)
            {
                left -= share;
                Add(into, new Held(folio, from[i].Acquired, from[i].HeldSince, share, carried / share, from[i].IsReplacement), name: null);
                carried = 0m;
            }
        }
    }

    /// <summary>Gives units the cost and the start that a wash sale gave them. A statement that came since may hold them under another
    /// name, in several lots, or with the broker's own adjustment, which stays.</summary>
    /// <param name="wash">What was recorded.</param>
    /// <param name="acquired">When the units were bought, if that is known.</param>
    public void Replace(Ledger.Fact.WashSale wash, DateOnly? acquired)
    {
        var lots = Of(wash.Replacement.Instrument);
        var left = wash.Quantity.Units;
        var index = lots.FindIndex(l => l.Id == wash.Lot && l.Units >= left && !l.IsReplacement);
        while (left > 0m)
        {
            index = index >= 0 ? index : lots.FindIndex(l => l.Acquired == acquired && l.HeldSince == l.Acquired && !l.IsReplacement);
            if (index < 0)
            {
                return;
            }

            var (lot, units) = (lots[index], Math.Min(left, lots[index].Units));
            var isWhole = lot.Units == units;
            var part = isWhole ? lot : lot.Part(units);
            part.Cost += wash.AddedCost.Amount / wash.Quantity.Units;
            (part.HeldSince, part.IsReplacement) = (wash.HeldSince, true);
            if (!isWhole)
            {
                lot.Units -= units;
                part.Id = new LotId($"{lot.Id}~{wash.Sold}");
                lots.Insert(index, part);
            }

            (left, index) = (left - units, -1);
        }
    }

    /// <summary>Whether a lot of a folio may answer for units of another one.</summary>
    public static bool Fits(string lot, string folio) => lot.Length == 0 || folio.Length == 0 || lot == folio;

    private static Held Take(Held lot, decimal units, ref decimal wanted)
    {
        lot.Units -= units;
        wanted -= units;
        return lot.Part(units);
    }

    private LotId NameOf(InstrumentId instrument, string folio, DateOnly acquired)
    {
        while (true)
        {
            var ordinal = _named[(instrument, folio, acquired)] = _named.GetValueOrDefault((instrument, folio, acquired)) + 1;
            var day = acquired.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var name = FormattableString.Invariant($"{account}/{instrument}/{(folio.Length == 0 ? "" : $"{folio}/")}{day}{(ordinal == 1 ? "" : $"#{ordinal}")}");
            if (!_reserved.Contains(name))
            {
                return new LotId(name);
            }
        }
    }
}

/// <summary>A lot while its history is replayed.</summary>
internal sealed class Held(string folio, DateOnly acquired, DateOnly heldSince, decimal units, decimal cost, bool isReplacement)
{
    public LotId Id { get; set; } = new("-");

    public string Folio { get; } = folio;

    public DateOnly Acquired { get; } = acquired;

    public DateOnly HeldSince { get; set; } = heldSince;

    public decimal Units { get; set; } = units;

    /// <summary>Per unit.</summary>
    public decimal Cost { get; set; } = cost;

    public bool IsReplacement { get; set; } = isReplacement;

    public Held Part(decimal units) => new(Folio, Acquired, HeldSince, units, Cost, IsReplacement) { Id = Id };

    public TaxLot Lot(AccountId account, InstrumentId instrument, Currency currency) =>
        new(Id, account, instrument, Acquired, new Quantity(Units), new Money(Cost, currency)) { HeldSince = HeldSince, IsReplacement = IsReplacement };
}
