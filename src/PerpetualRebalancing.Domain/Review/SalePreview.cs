using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>What a sale would be and cost, before anything is sold.</summary>
/// <param name="On">The trade date it assumes.</param>
/// <param name="Legs">What would be sold.</param>
/// <param name="Raised">Proceeds after charges and tax, base currency.</param>
/// <param name="Taxes">What each member would owe for it, and when.</param>
/// <param name="Short">By how much less is raised than was asked for, base currency; zero when it is all there.</param>
/// <param name="Assumptions">What the estimate stands on.</param>
public sealed record SalePreview(
    DateOnly On, ImmutableArray<PreviewLeg> Legs, Money Raised, ImmutableArray<PreviewTax> Taxes, Money Short, ImmutableArray<string> Assumptions)
{
    /// <summary>Previews the sale of some units.</summary>
    /// <param name="policy">The household.</param>
    /// <param name="state">What happened so far.</param>
    /// <param name="inputs">Prices of now.</param>
    /// <param name="account">Where they lie.</param>
    /// <param name="instrument">What is sold.</param>
    /// <param name="units">How many; at most what is held.</param>
    /// <exception cref="InvalidOperationException">They cannot be sold: the message says why.</exception>
    public static SalePreview Of(Household policy, HouseholdState state, ReviewInputs inputs, AccountId account, Instrument instrument, Quantity units)
    {
        var book = new Book(policy, state, inputs);
        if (book.Tax.Blocked is { } expired)
        {
            throw new InvalidOperationException(expired);
        }

        var shelf = new SaleShelf(book);
        var source = shelf.Only(account, instrument)
            ?? throw new InvalidOperationException($"{account} holds no units of {instrument.Id} that its lots account for; 'lots reconcile' says what differs");
        if (units > source.Units)
        {
            throw new InvalidOperationException($"{account} can sell {source.Units} units of {instrument.Id}, not {units}");
        }

        var leg = SaleLeg.Of(book, source, -1, units);
        return Of(book, state, SaleLeg.WithTax(book, shelf, [], [leg]), asked: 0m);
    }

    /// <summary>Previews the sale that the sell engine would make to raise an amount after charges and tax: by reverse water-filling,
    /// least tax per unit of money raised first within a class.</summary>
    /// <param name="policy">The household.</param>
    /// <param name="state">What happened so far.</param>
    /// <param name="inputs">Prices of now; <see cref="Snapshot.AllowShortTerm"/> lets short-term lots be sold.</param>
    /// <param name="net">What is wanted, base currency, above zero.</param>
    public static SalePreview Of(Household policy, HouseholdState state, ReviewInputs inputs, Money net)
    {
        var book = new Book(policy, state, inputs);
        var draw = ReserveDraw.Plan(book, 0m);
        var sale = SellEngine.Decide(
            book, draw, Waterfall.Route(book, draw.Left), BuyChoices.All(book), null, new ReserveNeed(net.Amount, net.Amount));
        return Of(book, state, sale.Legs, net.Amount);
    }

    private static SalePreview Of(Book book, HouseholdState state, ImmutableArray<SaleLeg> legs, decimal asked)
    {
        var previews = legs.Select(leg => new PreviewLeg(
            book.Accounts[leg.Source.Account].Account.Id, leg.Source.Instrument.Id, leg.Units, leg.Source.Price, leg.Value, leg.Charges, leg.Lots,
            book.Base(leg.Tax).Rounded)).ToImmutableArray();
        var raised = legs.Sum(l => book.Accounts[l.Source.Account].ToBase(l.Value - l.Charges) - Math.Max(0m, l.Tax));
        var members = previews.GroupBy(p => book.Policy.Account(p.Account).Member).Select(sold =>
        {
            var tax = sold.Aggregate(book.Base(0m), (sum, p) => sum + p.Tax);
            var gains = sold.SelectMany(p => p.Lots).Select(l => new GainEntry(sold.Key, book.Inputs.Read.Today, l.Bucket, l.Gain));
            var due = tax.IsPositive ? book.Inputs.Rules.Tax.DueOn(book.Policy, state, sold.Key, book.Inputs.Read.Today, [.. gains]) : null;
            return new PreviewTax(sold.Key, tax, due);
        });
        return new SalePreview(
            book.Inputs.Read.Today, previews, book.Base(raised).Rounded, [.. members],
            book.Base(Math.Max(0m, asked - raised)).Rounded, [.. book.Tax.Assumptions(previews.Select(p => (p.Account, book.Policy.Instrument(p.Instrument))))]);
    }
}

/// <summary>A part of a sale that is previewed.</summary>
/// <param name="Account">Where.</param>
/// <param name="Instrument">What.</param>
/// <param name="Quantity">How many units.</param>
/// <param name="Price">At which price.</param>
/// <param name="Value">Before charges, account currency.</param>
/// <param name="Charges">What the sale costs, account currency.</param>
/// <param name="Lots">What it takes, with gains in base currency.</param>
/// <param name="Tax">What it adds to the member's year on top of the legs before it, base currency; negative when its losses save tax.</param>
public sealed record PreviewLeg(
    AccountId Account, InstrumentId Instrument, Quantity Quantity, UnitPrice Price, Money Value, Money Charges, ImmutableArray<LotPick> Lots, Money Tax);

/// <summary>What a member would owe.</summary>
/// <param name="Member">The taxpayer.</param>
/// <param name="Tax">Base currency.</param>
/// <param name="DueOn">By when; null when nothing falls due.</param>
public sealed record PreviewTax(MemberId Member, Money Tax, DateOnly? DueOn);
