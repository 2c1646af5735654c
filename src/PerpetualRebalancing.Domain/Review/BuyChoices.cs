namespace PerpetualRebalancing.Domain.Review;

/// <summary>Which account may still buy which class in this solution: everything on offer, less the legs that were dropped.</summary>
internal sealed class BuyChoices
{
    private BuyChoices(uint[] masks, uint[] ownMasks, decimal[] costRates) => (Masks, OwnMasks, CostRates) = (masks, ownMasks, costRates);

    /// <summary>One bit per class and account.</summary>
    public uint[] Masks { get; }

    /// <summary>The part of <see cref="Masks"/> that an account buys itself, without moving money first.</summary>
    public uint[] OwnMasks { get; }

    /// <summary>The highest proportional charge on buying each class.</summary>
    public decimal[] CostRates { get; }

    /// <summary>Everything that is on offer.</summary>
    public static BuyChoices All(Book book)
    {
        var masks = new uint[book.Accounts.Length];
        var own = new uint[masks.Length];
        var rates = new decimal[book.Targets.Length];
        for (var a = 0; a < masks.Length; a++)
        {
            for (var c = 0; c < rates.Length; c++)
            {
                if (book.Option(a, c) is { } option)
                {
                    masks[a] |= 1u << c;
                    own[a] |= option.Route is null ? 1u << c : 0u;
                    rates[c] = Math.Max(rates[c], option.Charges.Rate);
                }
            }
        }

        return new BuyChoices(masks, own, rates);
    }

    /// <summary>Only what the listed purchases trade, each out of its own account's cash.</summary>
    public static BuyChoices Only(Book book, IEnumerable<PlannedLeg> legs)
    {
        var all = All(book);
        var masks = new uint[all.Masks.Length];
        foreach (var leg in legs)
        {
            var (account, @class) = (book.IndexOf(leg.Account), book.IndexOf(leg.Class!));
            if (book.Option(account, @class) is { Route: null } option && option.Instrument.Id == leg.Instrument)
            {
                masks[account] |= 1u << @class;
            }
        }

        return new BuyChoices(masks, masks, all.CostRates);
    }

    /// <summary>The same without one leg.</summary>
    public BuyChoices Without(int account, int @class)
    {
        var masks = Masks.ToArray();
        masks[account] &= ~(1u << @class);
        return new BuyChoices(masks, OwnMasks, CostRates);
    }

    /// <summary>The same without the classes that a sale sells: rounding leaves one a unit below target, and no class is both sold and
    /// bought in one plan (semantics §4).</summary>
    public BuyChoices WithoutSold(Sale? sale)
    {
        var sold = 0u;
        foreach (var leg in sale?.Legs ?? [])
        {
            sold |= 1u << leg.Class;
        }

        return new BuyChoices(Masks.Select(mask => mask & ~sold).ToArray(), OwnMasks, CostRates);
    }

    /// <summary>Each account's core cash in base currency.</summary>
    public decimal[] PoolCash(Book book, Money[] core)
    {
        var pools = new decimal[core.Length];
        for (var a = 0; a < pools.Length; a++)
        {
            pools[a] = book.Accounts[a].ToBase(core[a]);
        }

        return pools;
    }
}
