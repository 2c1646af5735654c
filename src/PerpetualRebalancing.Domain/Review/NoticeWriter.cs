using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>Says what a person should know about a decision, or is asked.</summary>
internal sealed class NoticeWriter(
    Book book, ReserveDraw draw, Waterfall waterfall, ProgramStep step, ReserveNeed need, Sale? sale, Proceeds proceeds, Purchase purchase,
    decimal unpaid)
{
    private readonly ImmutableArray<Notice>.Builder _notices = ImmutableArray.CreateBuilder<Notice>();

    public ImmutableArray<Notice> Write()
    {
        Blocked();
        TaxTables();
        Unreconciled();
        MissedCeiling();
        MissedReserve();
        LeftOut();
        if (unpaid > 0m)
        {
            Add(Severity.Critical, $"Spending of {book.Base(unpaid).Rounded} cannot be paid: the liquidity reserve and what this review adds to it are used up. "
                + "Sell something by hand, or record income.");
        }

        if (waterfall.TaxShortfall > 0m)
        {
            Add(Severity.Warning, $"Tax of {book.Base(waterfall.TaxShortfall).Rounded} is due and could not be set aside: there was not enough free cash.");
        }

        return _notices.ToImmutable();
    }

    private void Add(Severity severity, string text) => _notices.Add(new Notice(severity, text));

    private void Blocked()
    {
        foreach (var view in book.Accounts.Where(a => a.Blocked))
        {
            Add(Severity.Critical, $"Account {view.Account.Id} is blocked: claims of {view.Earmarked} are larger than its settled cash of {view.Settled}. "
                + "Find out where the cash went, or record a tax payment or a withdrawal.");
        }
    }

    private void TaxTables()
    {
        if (book.Tax.Blocked is { } expired)
        {
            Add(Severity.Critical, $"{expired}.");
        }

        if (book.Tax.Warning is { } stale)
        {
            Add(Severity.Warning, $"{stale}.");
        }
    }

    private void Unreconciled()
    {
        var shelf = new SaleShelf(book);
        foreach (var view in book.Declared)
        {
            foreach (var instrument in book.Policy.Instruments.Where(i => i.Accounts.Contains(view.Account.Id)))
            {
                if (!shelf.IsReconciled(view, instrument))
                {
                    Add(Severity.Warning, $"{instrument.Id} in {view.Account.Id} is not sellable: the account's units differ from the "
                        + $"{book.State.Held(view.Account.Id, instrument.Id)} units of its lots.");
                }
            }
        }
    }

    private void MissedCeiling()
    {
        if (sale is not { Goal: SaleGoal.Drift, Reached: false } || step is not ProgramStep.Sell sell)
        {
            return;
        }

        var end = Decision.Summarise(book, sale.Ends).Portfolio;
        var locked = book.Policy.Classes.Where((_, c) => book.Values[c] > 0m && !sale.Queues[c].LockedUnits.IsZero).Select(c => c.Id.Value).ToArray();
        var why = locked.Length == 0
            ? "what may be sold is sold down to target, or its proceeds could not be placed"
            : $"no further lots may be sold yet of {string.Join(", ", locked)}";
        Add(Severity.Warning, $"The ceiling of {Points(sell.Ceiling)} points cannot be reached this month: the sale ends at {Points(end)}, "
            + $"{Points(end - sell.Ceiling)} short, because {why}.");
    }

    private void MissedReserve()
    {
        if (!need.Exists || sale is null)
        {
            return;
        }

        var raised = book.Accounts.Sum(a => a.ToBase(proceeds.ToReserve[a.Index]));
        if (raised >= need.ToGoal || sale.Goal == SaleGoal.Drift)
        {
            return;
        }

        var missing = book.Base(need.ToGoal - raised).Rounded;
        if (missing.Amount <= book.Targets.Length * Currency.MinorUnit || book.Inputs.Read.AllowShortTerm || !book.Policy.Sell.LongTermOnly)
        {
            if (!sale.Reached)
            {
                Add(Severity.Critical, $"The reserve needs {missing} more than everything that can be sold would bring.");
            }

            return;
        }

        var withShortTerm = SellEngine.Decide(
            new Book(book.Policy, book.State, book.Inputs with { Read = book.Inputs.Read with { AllowShortTerm = true } }), draw, waterfall, BuyChoices.All(book), null, need);
        var tax = book.Base(withShortTerm.Legs.Sum(l => l.Tax) - sale.Legs.Sum(l => l.Tax)).Rounded;
        Add(Severity.Critical, $"Long-term lots do not suffice: the reserve needs {missing} more. Short-term lots would bring it at an extra tax of {tax}. "
            + "Allow them for one review with 'review --allow-short-term'.");
    }

    private void LeftOut()
    {
        foreach (var dropped in purchase.Dropped.Where(d => d.Class >= 0))
        {
            Add(Severity.Information, $"A purchase of {book.Policy.Classes[dropped.Class].Id} is left out: {dropped.Reason.Words}.");
        }

        foreach (var reason in sale?.Dropped ?? [])
        {
            Add(Severity.Information, $"A sale is left out: {reason.Words}.");
        }
    }

    private static string Points(Drift drift) => Canonical.Text(Math.Round(drift.Points, 2));
}
