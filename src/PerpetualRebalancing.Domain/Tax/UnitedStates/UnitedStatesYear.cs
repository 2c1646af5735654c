using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tax.UnitedStates;

/// <summary>One taxpayer's year in the United States. The tax is that of the Schedule D Tax Worksheet: ordinary income at its rates,
/// collectibles gain on top of it at no more than their maximum, other long-term gain on top of both at its own, never more than all of
/// it at ordinary rates; then the net investment income tax and the state's flat rate.</summary>
internal sealed class UnitedStatesYear : IMemberYear
{
    private readonly UnitedStatesLaw _law;
    private readonly YearLedger _ledger;
    private readonly TaxProfile.UnitedStates _profile;
    private readonly RateScale _ordinary;
    private readonly RateScale _longTerm;
    private readonly decimal _collectibles;
    private readonly decimal _investmentRate;
    private readonly decimal _investmentAbove;
    private readonly decimal _limit;
    private readonly decimal _income;
    private readonly decimal _deductions;
    private readonly decimal _shortCarried;
    private readonly decimal _longCarried;
    private readonly decimal _short;
    private readonly decimal _long;
    private readonly decimal _collectible;
    private readonly decimal _soFar;

    /// <summary>Opens a year.</summary>
    /// <exception cref="KeyNotFoundException">The tables begin later than the year.</exception>
    public UnitedStatesYear(UnitedStatesLaw law, YearLedger ledger)
    {
        (_law, _ledger) = (law, ledger);
        _profile = ledger.Profile as TaxProfile.UnitedStates
            ?? throw new ArgumentException($"{ledger.Member} is taxed under the law '{ledger.Profile.Law}', not '{law.Id}'.");
        var (tables, day, filing) = (law.Tables, ledger.Year.From, _profile.Filing);
        var said = new List<string>();
        _ordinary = new RateScale(Figure(tables.Ordinary, "ordinary rates")[filing]);
        _longTerm = new RateScale(Figure(tables.LongTerm, "long-term rates")[filing]);
        _collectibles = Figure(tables.Collectibles, "collectibles rate");
        var investment = Figure(tables.InvestmentIncome, "net investment income tax");
        (_investmentRate, _investmentAbove) = (investment.Rate, investment.Above[filing]);
        _limit = Figure(tables.LossLimit, "loss limit")[filing];
        var standard = Figure(tables.StandardDeduction, "standard deduction")[filing];
        _deductions = tables.GrossUpByStandardDeduction.On ? standard : 0m;

        // So high that even after the largest deduction every further dollar is taxed at the top of every scale.
        _income = ledger.OtherIncome ?? Math.Max(Math.Max(_ordinary.Top, _longTerm.Top), _investmentAbove) + _limit;
        if (ledger.OtherIncome is null)
        {
            said.Add($"{ledger.Member}: other income is not known, so every gain is taxed at the top rates; set members.tax.otherIncome to the year's taxable income");
        }

        foreach (var loss in ledger.Losses)
        {
            (_shortCarried, _longCarried) = loss.IsLong
                ? (_shortCarried, _longCarried + loss.Amount.Amount)
                : (_shortCarried + loss.Amount.Amount, _longCarried);
        }

        (_short, _long, _collectible) = Sums(ledger.Gains);
        _soFar = Total(Net(0m, 0m, 0m));
        Assumptions = [.. tables.Assumptions, .. law.Switches, .. said.Distinct()];

        T Figure<T>(ImmutableArray<Dated<T>> rows, string what)
        {
            var (row, stale) = UnitedStatesTables.On(rows, day, what);
            said.AddRange(new[] { stale, row.Note }.OfType<string>());
            return row.Value;
        }
    }

    public ImmutableArray<string> Assumptions { get; }

    public decimal Tax(ReadOnlySpan<decimal> gains) =>
        Total(Net(gains[UnitedStatesLaw.Short], gains[UnitedStatesLaw.Long], gains[UnitedStatesLaw.Collectible])) - _soFar;

    public int Piece(ReadOnlySpan<decimal> gains) => 0;

    public YearStatement Statement(ReadOnlySpan<decimal> gains)
    {
        var net = Net(gains[UnitedStatesLaw.Short], gains[UnitedStatesLaw.Long], gains[UnitedStatesLaw.Collectible]);
        var lines = ImmutableArray.CreateBuilder<StatementLine>();
        Add("Short-term gains less losses", "Form 8949 Part I; Schedule D Part I", _short + gains[UnitedStatesLaw.Short]);
        Add("Short-term loss carried in", "s.1212(b); Schedule D line 6", -_shortCarried);
        Add("Long-term gains less losses", "Form 8949 Part II; Schedule D Part II", _long + gains[UnitedStatesLaw.Long]);
        Add("Long-term gains less losses on collectibles", "s.1(h)(5); Form 8949 Part II code C", _collectible + gains[UnitedStatesLaw.Collectible]);
        Add("Long-term loss carried in", "s.1212(b); Schedule D line 14", -_longCarried);
        Add("Net capital gain or loss", "Schedule D line 16", net.Net);
        Add("Taxed at ordinary rates", "s.1", net.ShortTaxed);
        Add("Taxed as collectibles", "s.1(h)(4); Schedule D line 18", net.Collectible);
        Add("Taxed at long-term rates", "s.1(h)", net.LongTaxed - net.Collectible);
        Add("Loss deducted from other income", "s.1211(b); Schedule D line 21", -net.Deduction);
        var (shortLeft, longLeft) = net.Carried(_income);
        Add("Short-term loss carried forward", "s.1212(b)(1)(A)", -shortLeft);
        Add("Long-term loss carried forward", "s.1212(b)(1)(B)", -longLeft);

        // What is not known is not shown: then the gains' own tax is all there is to say.
        var (bare, isKnown) = (WithoutGains(), _ledger.OtherIncome is not null);
        Add(
            isKnown ? "Income tax on other income and gains" : "Income tax on the gains at top rates", "s.1; Schedule D Tax Worksheet",
            IncomeTax(net) - (isKnown ? 0m : IncomeTax(bare)));
        Add("Net investment income tax", "s.1411; Form 8960", InvestmentTax(net) - (isKnown ? 0m : InvestmentTax(bare)));
        Add("State and local tax", "flat rate of the profile", StateTax(net));
        var caused = Total(net) - Total(bare);
        return new YearStatement(lines.ToImmutable(), caused, isKnown ? Total(net) : caused);

        void Add(string label, string section, decimal amount)
        {
            if (amount != 0m)
            {
                lines.Add(new StatementLine(label, section, amount));
            }
        }
    }

    // A carryover counts as made in the year it is carried to (s.1212(b)(1)), so it has no vintage.
    public ImmutableArray<BroughtForwardLoss> CarriedForward()
    {
        var (shortLeft, longLeft) = Net(0m, 0m, 0m).Carried(_income);
        var losses = ImmutableArray.CreateBuilder<BroughtForwardLoss>();
        if (shortLeft > 0m)
        {
            losses.Add(new BroughtForwardLoss(_ledger.Member, _ledger.Year.From, IsLong: false, new Money(shortLeft, _law.Usd)));
        }

        if (longLeft > 0m)
        {
            losses.Add(new BroughtForwardLoss(_ledger.Member, _ledger.Year.From, IsLong: true, new Money(longLeft, _law.Usd)));
        }

        return losses.ToImmutable();
    }

    // Annualised instalments (s.6654(d)(2)): the tax on a gain is due at the first date after the part of the year it was made in.
    public ImmutableArray<TaxInstalment> Instalments()
    {
        var instalments = ImmutableArray.CreateBuilder<TaxInstalment>();
        var paid = 0m;
        var (tables, first) = (_law.Tables, _ledger.Year.From.Year);
        var rules = UnitedStatesTables.On(tables.EstimatedTax, _ledger.Year.From, "estimated-tax dates").Row.Value;
        var whole = CausedThrough(12);
        if (whole < rules.Threshold)
        {
            return whole > 0m ? [new TaxInstalment(tables.InTime(new DateOnly(first + 1, rules.ReturnMonth, rules.ReturnDay)), whole)] : [];
        }

        foreach (var part in rules.Parts)
        {
            var cumulative = CausedThrough(part.ThroughMonth);
            if (cumulative != paid)
            {
                var year = first + (part.DueMonth <= part.ThroughMonth ? 1 : 0);
                instalments.Add(new TaxInstalment(tables.InTime(new DateOnly(year, part.DueMonth, part.DueDay)), cumulative));
                paid = cumulative;
            }
        }

        return instalments.ToImmutable();

        decimal CausedThrough(int month)
        {
            var (@short, @long, collectible) = Sums(_ledger.Gains.Where(g => g.On.Month <= month));
            return Math.Max(0m, Total(Net(@short - _short, @long - _long, collectible - _collectible)) - Total(WithoutGains()));
        }
    }

    private (decimal Short, decimal Long, decimal Collectible) Sums(IEnumerable<GainEntry> entries)
    {
        Span<decimal> sums = stackalloc decimal[3];
        foreach (var entry in entries)
        {
            sums[BucketIndex.Of(_law, entry)] += entry.Amount.Amount;
        }

        return (sums[UnitedStatesLaw.Short], sums[UnitedStatesLaw.Long], sums[UnitedStatesLaw.Collectible]);
    }

    private CapitalNetting Net(decimal @short, decimal @long, decimal collectible) =>
        CapitalNetting.Of(_short + @short, _long + @long, _collectible + collectible, _shortCarried, _longCarried, _limit);

    private CapitalNetting WithoutGains() => CapitalNetting.Of(0m, 0m, 0m, _shortCarried, _longCarried, _limit);

    private decimal Total(CapitalNetting net) => IncomeTax(net) + InvestmentTax(net) + StateTax(net);

    private decimal IncomeTax(CapitalNetting net)
    {
        var ordinary = Math.Max(0m, _income + net.ShortTaxed - net.Deduction);
        var other = net.LongTaxed - net.Collectible;
        var special = _ordinary.On(0m, ordinary) + _ordinary.On(ordinary, net.Collectible, _collectibles)
            + _longTerm.On(ordinary + net.Collectible, other);
        return Math.Min(special, _ordinary.On(0m, ordinary + net.LongTaxed));
    }

    private decimal InvestmentTax(CapitalNetting net)
    {
        var gain = Math.Max(0m, net.Net);
        return _investmentRate * Math.Max(0m, Math.Min(gain, _income + _deductions + gain - _investmentAbove));
    }

    // A state that lets losses reduce other income is not counted on.
    private decimal StateTax(CapitalNetting net) => _profile.StateRate * Math.Max(0m, net.Net);
}
