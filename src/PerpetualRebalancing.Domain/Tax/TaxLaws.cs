using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax.UnitedStates;

namespace PerpetualRebalancing.Domain.Tax;

/// <summary>The laws that the configuration holds, one per country.</summary>
/// <param name="Laws">Each with its own id.</param>
public sealed record TaxLaws(ImmutableArray<ITaxLaw> Laws) : ITaxBook
{
    /// <summary>Whether tables hold beyond their dates: for a demonstration, whose clock runs ahead of every budget.</summary>
    public bool Ageless { get; init; }

    /// <summary>The law of a profile.</summary>
    /// <exception cref="KeyNotFoundException">There is no table of it.</exception>
    public ITaxLaw For(TaxProfile profile) => Laws.FirstOrDefault(l => l.Id == profile.Law)
        ?? throw new KeyNotFoundException($"There is no table of the tax law '{profile.Law}'; there are {string.Join(", ", Laws.Select(l => l.Id))}.");

    /// <inheritdoc/>
    public ITaxRules Open(Household policy, HouseholdState state, DateOnly on) => new HouseholdTax(this, policy, state, on);

    /// <inheritdoc/>
    public Money Liability(Household policy, HouseholdState state, MemberId member, DateOnly on)
    {
        var owner = policy.Member(member);
        var law = For(owner.Tax);
        var none = new decimal[law.Buckets.Length];

        // What a loss saves on other income is the member's own: nothing was reserved for that tax.
        var sum = MemberYears.Until(law, policy, owner, state, law.YearOf(on)).Sum(y => Math.Max(0m, y.Opened.Statement(none).GainsTax));
        return new Money(sum, policy.Base).Rounded;
    }

    /// <inheritdoc/>
    public DateOnly? DueOn(Household policy, HouseholdState state, MemberId member, DateOnly on, ImmutableArray<GainEntry> gains)
    {
        var owner = policy.Member(member);
        var law = For(owner.Tax);
        var without = MemberYears.Open(law, policy, owner, state, law.YearOf(on)).Instalments();
        return MemberYears.Open(law, policy, owner, state with { Gains = state.Gains.AddRange(gains) }, law.YearOf(on)).Instalments()
            .FirstOrDefault(i => i.Cumulative > (without.LastOrDefault(w => w.DueOn <= i.DueOn)?.Cumulative ?? 0m))?.DueOn;
    }
}

/// <summary>The rules of a household on one day: each member under the law of that member, on top of that member's year.</summary>
public sealed class HouseholdTax : ITaxRules
{
    private readonly Dictionary<MemberId, (ITaxLaw Law, IMemberYear Year, WashSaleRule? WashSales)> _members = [];
    private readonly Dictionary<AccountId, (Account Account, ITaxLaw Law)> _accounts = [];
    private readonly Household _policy;
    private readonly HouseholdState _state;
    private readonly DateOnly _on;
    private readonly RecentPurchases _recent;
    private readonly bool _isAgeless;

    /// <summary>Opens every member's year.</summary>
    /// <exception cref="KeyNotFoundException">A member's law has no table.</exception>
    public HouseholdTax(TaxLaws laws, Household policy, HouseholdState state, DateOnly on)
    {
        (_policy, _state, _on) = (policy, state, on);
        foreach (var member in policy.Members)
        {
            var law = laws.For(member.Tax);
            _members.Add(member.Id, (law, MemberYears.Open(law, policy, member, state, law.YearOf(on)), law.WashSales(on)));
        }

        foreach (var account in policy.Accounts)
        {
            _accounts.Add(account.Id, (account, _members[account.Member].Law));
        }

        _recent = new RecentPurchases(policy, state, this, on);
        BucketCount = _members.Values.Max(m => m.Law.Buckets.Length);
        var used = _members.Values.Select(m => m.Law).Distinct().ToArray();
        Blocked = used.FirstOrDefault(l => !laws.Ageless && l.Age.ExpiresAt <= on) is { } expired
            ? $"The tax table '{expired.Id}' expired on {expired.Age.ExpiresAt:yyyy-MM-dd}: nothing is sold until config/tax/{expired.Id}.json holds the law of today"
            : null;
        Warning = used.FirstOrDefault(l => !laws.Ageless && l.Age.StaleAt <= on) is { } stale && Blocked is null
            ? $"The tax table '{stale.Id}' is stale since {stale.Age.StaleAt:yyyy-MM-dd}: check whether the law has changed, then move its dates in config/tax/{stale.Id}.json"
            : null;
        _isAgeless = laws.Ageless;
    }

    /// <inheritdoc/>
    public int BucketCount { get; }

    /// <inheritdoc/>
    public string? Blocked { get; }

    /// <inheritdoc/>
    public string? Warning { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions(IEnumerable<(AccountId Account, Instrument Instrument)> sold)
    {
        var sales = sold.Select(s => (Member: _members[_accounts[s.Account].Account.Member], s.Instrument)).ToArray();
        return
        [
            .. (_isAgeless ? ["A demonstration: the tax law of today is taken for that of later years"] : Array.Empty<string>())
                .Concat(sales.SelectMany(s => s.Member.Year.Assumptions))
                .Concat(sales.SelectMany(s => s.Member.Law.AssumptionsOf(s.Instrument)))
                .Distinct(StringComparer.Ordinal),
        ];
    }

    /// <inheritdoc/>
    public MemberYearView YearOf(MemberId member)
    {
        var (law, year, _) = _members[member];
        var current = law.YearOf(_on);
        var hasLoss = _state.Gains.Any(g => g.Member == member && current.Contains(g.On) && g.Amount.Amount < 0m);
        return new MemberYearView(current.To, hasLoss || !year.CarriedForward().IsEmpty);
    }

    /// <inheritdoc/>
    public LotTax Assess(TaxLot lot, Instrument instrument, SaleTerms sale) => For(lot.Account, instrument, sale)(lot);

    /// <inheritdoc/>
    public Func<TaxLot, LotTax> For(AccountId account, Instrument instrument, SaleTerms sale)
    {
        var (home, law) = _accounts[account];
        if (home.Registration != Registration.Taxable)
        {
            // Nothing that is sold in a retirement account is taxed, so no lot is better than another and none is worth waiting for.
            var proceeds = sale.Price.Amount * sale.Rate;
            return _ => new LotTax(LotTerm.NeverLong.Value, 0, proceeds, proceeds, proceeds);
        }

        return law.For(instrument, sale);
    }

    /// <inheritdoc/>
    public ImmutableArray<SellableLot> Disallow(AccountId account, Instrument instrument, ImmutableArray<SellableLot> inOrder) =>
        _accounts[account].Account.Registration == Registration.Taxable ? _recent.Disallow(_accounts[account].Account.Member, instrument, inOrder) : inOrder;

    /// <inheritdoc/>
    public bool Deducts(AccountId account, string charge) => _accounts[account].Law.Deducts(charge);

    /// <inheritdoc/>
    public BucketId Bucket(MemberId member, int index) => _members[member].Law.Buckets[index].Id;

    /// <inheritdoc/>
    public decimal Tax(MemberId member, ReadOnlySpan<decimal> gains) => _members[member].Year.Tax(gains);

    /// <inheritdoc/>
    public WashSaleRule? WashSales(MemberId member) => _members[member].WashSales;

    /// <inheritdoc/>
    public int Piece(MemberId member, ReadOnlySpan<decimal> gains) => _members[member].Year.Piece(gains);

    /// <inheritdoc/>
    public LotMethod LotsOf(AccountId account) =>
        _policy.Member(_accounts[account].Account.Member).Tax is TaxProfile.UnitedStates us ? us.Lots : LotMethod.Fifo;
}
