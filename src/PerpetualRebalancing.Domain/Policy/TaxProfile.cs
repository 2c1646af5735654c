using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Policy;

/// <summary>Under which law a member is taxed, and what that law asks about the member.</summary>
public abstract record TaxProfile
{
    private TaxProfile()
    {
    }

    /// <summary>The id of the law's table: <c>flat</c>, <c>in</c> or <c>us</c>.</summary>
    public abstract string Law { get; }

    /// <summary>Everything else the member expects to earn in the tax year, before tax and after deductions, in the household's base
    /// currency; null when unknown: then the income schedule is taken, and without one the top slab.</summary>
    public Money? OtherIncome { get; init; }

    /// <summary>The same by tax year, for a member whose income changes: a year that is over keeps the income it was taxed with. Keys are
    /// names of tax years; a year without one takes that of the last year before it. Empty when one amount holds for all.</summary>
    public ImmutableSortedDictionary<string, Money> IncomeByYear { get; init; } = ImmutableSortedDictionary<string, Money>.Empty;

    /// <summary>Flat rates by tax class, for a country without a law table.</summary>
    public sealed record Flat : TaxProfile
    {
        /// <inheritdoc/>
        public override string Law => "flat";
    }

    /// <summary>A resident individual in India.</summary>
    /// <param name="Regime">Which slabs hold.</param>
    /// <param name="Born">Date of birth: from 60 and 80 the old regime exempts more, and from 60 no advance tax falls due without a business.</param>
    /// <param name="HasBusiness">Whether there is income from a business or profession.</param>
    public sealed record India(IndianRegime Regime, DateOnly Born, bool HasBusiness) : TaxProfile
    {
        /// <inheritdoc/>
        public override string Law => "in";
    }

    /// <summary>A taxable individual in the United States.</summary>
    /// <param name="Filing">Filing status.</param>
    /// <param name="StateRate">Flat rate of state and local tax on gains, a fraction, 0 to 1.</param>
    /// <param name="Lots">Which lots a sale takes: a standing instruction to the broker (26 CFR 1.1012-1(c)).</param>
    public sealed record UnitedStates(FilingStatus Filing, decimal StateRate, LotMethod Lots) : TaxProfile
    {
        /// <inheritdoc/>
        public override string Law => "us";
    }
}

/// <summary>Which slabs an Indian taxpayer chose (s.115BAC, from April 2026 s.202).</summary>
public enum IndianRegime
{
    /// <summary>The default regime.</summary>
    New,

    /// <summary>The regime with deductions.</summary>
    Old,
}

/// <summary>Filing status of a United States return.</summary>
public enum FilingStatus
{
    /// <summary>Unmarried.</summary>
    Single,

    /// <summary>Married, one return.</summary>
    MarriedJointly,

    /// <summary>Married, two returns.</summary>
    MarriedSeparately,

    /// <summary>Unmarried, with a dependant.</summary>
    HeadOfHousehold,
}

/// <summary>In what order a sale takes the lots of an account and instrument.</summary>
public enum LotMethod
{
    /// <summary>First in, first out: the law in India, the default elsewhere.</summary>
    Fifo,

    /// <summary>Specific identification, long-term lots first, the highest cost first among them (semantics §4).</summary>
    Specific,

    /// <summary>The highest cost first, whatever its term.</summary>
    HighestCost,

    /// <summary>The least tax per unit of money raised first.</summary>
    LeastTax,
}

/// <summary>How the law sees an account.</summary>
public enum Registration
{
    /// <summary>Sales are taxed as they happen.</summary>
    Taxable,

    /// <summary>A retirement account (an IRA): its sales cause no tax, but its purchases count for wash sales.</summary>
    Retirement,
}
