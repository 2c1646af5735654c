namespace PerpetualRebalancing.Domain.Review;

/// <summary>Everything that stays the same while amounts to sell are tried; amounts are base currency.</summary>
internal sealed class SaleCase
{
    public SaleCase(Book book, SaleShelf shelf, SaleQueue[] queues, Waterfall waterfall, SaleGoal goal, BuyChoices choices, decimal[] earlier)
    {
        (Book, Shelf, Queues, Goal, Earlier, EarlierTax) = (book, shelf, queues, goal, earlier, shelf.Tax(earlier));
        Gap = waterfall.ReserveGap;
        foreach (var value in book.Values)
        {
            Value += value;
        }

        Caps = new decimal[book.Targets.Length];
        for (var i = 0; i < Caps.Length; i++)
        {
            // A class that is not overweight is not sold for drift, not even when what leaves the core would make it so.
            var isCandidate = goal == SaleGoal.Liquidity || book.Values[i] > book.Targets[i] * Value;
            Caps[i] = isCandidate ? Math.Min(queues[i].Cap, book.Values[i]) : 0m;
        }

        // What its own account cannot place waits for a transfer and counts as not bought: proceeds are a pool of their own there.
        ProceedsPool = new int[book.Accounts.Length];
        var masks = new List<uint>(choices.Masks);
        for (var a = 0; a < ProceedsPool.Length; a++)
        {
            ProceedsPool[a] = a;
            if (choices.OwnMasks[a] != choices.Masks[a] && shelf.Sources.Any(s => s.Account == a))
            {
                ProceedsPool[a] = masks.Count;
                masks.Add(choices.OwnMasks[a]);
            }
        }

        Masks = [.. masks];
        Cash = new decimal[Masks.Length];
        choices.PoolCash(book, waterfall.Core).CopyTo(Cash, 0);
        BuyRates = choices.CostRates;
        HasFixedCosts = shelf.Sources.Any(s => s.Charges.Fixed != 0m || s.Charges.Minimum != 0m);
    }

    public Book Book { get; }

    public SaleShelf Shelf { get; }

    /// <summary>What may be sold, by class.</summary>
    public SaleQueue[] Queues { get; }

    public SaleGoal Goal { get; }

    /// <summary>What the reserve lacks.</summary>
    public decimal Gap { get; }

    /// <summary>Value of all classes before the sale.</summary>
    public decimal Value { get; }

    /// <summary>The most that can be sold of each class.</summary>
    public decimal[] Caps { get; }

    /// <summary>What each pool may buy.</summary>
    public uint[] Masks { get; }

    /// <summary>Fresh core cash of each pool.</summary>
    public decimal[] Cash { get; }

    /// <summary>The pool that an account's proceeds join.</summary>
    public int[] ProceedsPool { get; }

    /// <summary>Proportional cost of buying each class, a fraction.</summary>
    public decimal[] BuyRates { get; }

    /// <summary>Gains of sales before this one, by member and bucket.</summary>
    public decimal[] Earlier { get; }

    /// <summary>Their tax, by member.</summary>
    public decimal[] EarlierTax { get; }

    /// <summary>Whether some costs jump when a new leg starts.</summary>
    public bool HasFixedCosts { get; }
}
