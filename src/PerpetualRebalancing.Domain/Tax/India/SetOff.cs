namespace PerpetualRebalancing.Domain.Tax.India;

/// <summary>Set-off of capital losses (tax facts 1.6: ss.70 and 74, from April 2026 ss.108 and 111): long-term losses against long-term
/// gains only, short-term losses against any; the year's own before earlier ones. Losses must be used as far as there are gains, but
/// between kinds of gain the law gives no order, so the taxpayer takes the cheapest.</summary>
internal readonly ref struct SetOff(YearLaw law, decimal other, ReadOnlySpan<decimal> special, decimal slab)
{
    private enum Order
    {
        /// <summary>The highest marginal rate first.</summary>
        ByRate,

        /// <summary>The same, but slab gains last: their tax is given back as a rebate.</summary>
        SlabLast,

        /// <summary>What no rebate gives back first.</summary>
        NotRebatedFirst,
    }

    private readonly ReadOnlySpan<decimal> _special = special;

    /// <summary>Takes the losses off and computes the year's tax with what is left.</summary>
    /// <param name="earlierShort">Short-term losses brought forward.</param>
    /// <param name="earlierLong">Long-term losses brought forward.</param>
    /// <param name="special">Receives the gains left by slot.</param>
    /// <param name="figures">Holds the year's losses; receives the rest.</param>
    public void Assess(decimal earlierShort, decimal earlierLong, Span<decimal> special, ref YearFigures figures)
    {
        var (@short, @long) = (slab, 0m);
        for (var s = 0; s < _special.Length; s++)
        {
            (@short, @long) = law.IsLong[s] ? (@short, @long + _special[s]) : (@short + _special[s], @long);
        }

        figures.LongUsed = Math.Min(figures.LongLoss, @long);
        figures.ShortUsed = Math.Min(figures.ShortLoss, @short + @long - figures.LongUsed);
        var longLeft = @long - figures.LongUsed - Math.Max(0m, figures.ShortUsed - @short);
        figures.EarlierLongUsed = Math.Min(earlierLong, longLeft);
        figures.EarlierShortUsed = Math.Min(earlierShort, @short + @long - figures.LongUsed - figures.ShortUsed - figures.EarlierLongUsed);
        Take(Order.ByRate, special, ref figures);

        // A rebate makes the tax of some gains vanish, or not, as a whole: then every order that may be the cheapest is tried.
        if (law.MayHaveRebate(other))
        {
            Try(Order.SlabLast, special, ref figures);
            Try(Order.NotRebatedFirst, special, ref figures);
        }
    }

    private void Try(Order order, Span<decimal> best, ref YearFigures figures)
    {
        Span<decimal> special = stackalloc decimal[best.Length];
        var tried = figures;
        Take(order, special, ref tried);
        if (tried.Total < figures.Total)
        {
            figures = tried;
            special.CopyTo(best);
        }
    }

    private void Take(Order order, Span<decimal> left, ref YearFigures figures)
    {
        _special.CopyTo(left);
        var ordinary = other + slab;

        // What the yearly exemption covers is taxed at nothing, so it is touched last.
        var exempted = -law.Exemption;
        for (var s = 0; s < left.Length; s++)
        {
            exempted += law.IsExempted[s] ? left[s] : 0m;
        }

        exempted = Math.Max(0m, exempted);
        var @long = figures.LongUsed + figures.EarlierLongUsed;
        var @short = figures.ShortUsed + figures.EarlierShortUsed;
        TakeGains(ref @long, left, ref exempted, order, longOnly: true);
        Rest(ref @long, left, longOnly: true);
        while (@short > 0m)
        {
            var (rate, from) = law.SlabAt(ordinary);
            var inSlab = Math.Min(ordinary - Math.Max(from, other), @short);
            var next = Next(left, exempted, order, longOnly: false);
            if (inSlab > 0m && (next < 0 || (order == Order.ByRate && rate > law.Rate[next])))
            {
                ordinary -= inSlab;
                @short -= inSlab;
            }
            else if (next >= 0)
            {
                TakeFrom(next, ref @short, left, ref exempted);
            }
            else
            {
                Rest(ref @short, left, longOnly: false);
                break;
            }
        }

        law.Assess(ordinary, left, ref figures);
    }

    private void TakeGains(ref decimal loss, Span<decimal> left, ref decimal exempted, Order order, bool longOnly)
    {
        int next;
        while (loss > 0m && (next = Next(left, exempted, order, longOnly)) >= 0)
        {
            TakeFrom(next, ref loss, left, ref exempted);
        }
    }

    private void TakeFrom(int slot, ref decimal loss, Span<decimal> left, ref decimal exempted)
    {
        var used = Math.Min(loss, law.IsExempted[slot] ? Math.Min(left[slot], exempted) : left[slot]);
        left[slot] -= used;
        loss -= used;
        exempted -= law.IsExempted[slot] ? used : 0m;
    }

    private int Next(ReadOnlySpan<decimal> left, decimal exempted, Order order, bool longOnly)
    {
        var rebated = -1;
        for (var s = 0; s < left.Length; s++)
        {
            if (left[s] > 0m && (!longOnly || law.IsLong[s]) && (!law.IsExempted[s] || exempted > 0m))
            {
                if (order != Order.NotRebatedFirst || !law.IsRebated[s])
                {
                    return s;
                }

                rebated = rebated < 0 ? s : rebated;
            }
        }

        return rebated;
    }

    private void Rest(ref decimal loss, Span<decimal> left, bool longOnly)
    {
        for (var s = 0; s < left.Length; s++)
        {
            if (!longOnly || law.IsLong[s])
            {
                var used = Math.Min(loss, left[s]);
                left[s] -= used;
                loss -= used;
            }
        }
    }
}
