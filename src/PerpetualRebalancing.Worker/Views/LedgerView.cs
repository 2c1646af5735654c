using System.Collections.Immutable;
using System.Text.Json;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>Money by account, every line of it, down to what is left: one column per account.</summary>
public static class LedgerView
{
    // More columns than this do not fit 80 letters; the other accounts go into a table of their own.
    private const int AccountsAbreast = 3;

    /// <summary>The canonical bytes for a machine.</summary>
    public static byte[] Json(ImmutableArray<AccountLedger> ledgers) => JsonSerializer.SerializeToUtf8Bytes(ledgers, WorkerJson.Default.ImmutableArrayAccountLedger);

    /// <summary>The page for a person.</summary>
    /// <param name="title">What the ledgers cover.</param>
    /// <param name="ledgers">In the order to show.</param>
    public static Page Render(string title, ImmutableArray<AccountLedger> ledgers)
    {
        var page = new PageWriter(title);
        Add(page, ledgers);
        return page.Page();
    }

    /// <summary>Adds the tables to a page.</summary>
    public static void Add(PageWriter page, IReadOnlyList<AccountLedger> ledgers)
    {
        foreach (var some in ledgers.Chunk(AccountsAbreast))
        {
            page.Table(Columns(some.Select(l => l.Account)), Rows(some, Always,
                ("opening", l => l.Opening),
                ("+ income", l => l.Income),
                ("+ sale proceeds", l => l.Proceeds),
                ("+ arrived from other accounts", l => l.Arrived),
                ("- taken out", l => -l.Left),
                ("- sent to other accounts", l => -l.Sent),
                ("- purchases", l => -l.Purchases),
                ("- charges", l => -l.Charges),
                ("- paid out for spending", l => -l.Withdrawn),
                ("- taxes paid", l => -l.TaxPaid),
                ("= closing", l => l.Cash),
                ("of it for tax", l => l.Tax),
                ("of it liquidity reserve", l => l.Reserve),
                ("of it carried", l => l.Carried + l.CarriedProceeds)));
        }
    }

    /// <summary>Adds what a plan does to each account's money, and whether it adds up.</summary>
    public static void Add(PageWriter page, IReadOnlyList<AccountFlow> flows)
    {
        foreach (var some in flows.Chunk(AccountsAbreast))
        {
            page.Table(Columns(some.Select(f => f.Account)), Rows(some, Always,
                ("settled cash", f => f.Opening),
                ("- claims from before", f => -f.Earmarked),
                ("+ sale proceeds", f => f.Proceeds),
                ("- purchases", f => -f.Purchases),
                ("- charges", f => -f.Charges),
                ("- paid out for spending", f => -f.Withdrawn),
                ("- sent to other accounts", f => -f.FundedOut),
                ("- set aside for tax", f => -f.ToTaxReserve),
                ("- to the reserve, as cash", f => -f.ToReserve),
                ("= carried", f => f.Carried)));
        }

        var wrong = flows.Where(f => !f.Residual.IsZero).Select(f => $"{f.Account} by {MoneyFormat.Text(f.Residual)}").ToArray();
        page.Paragraph(
            wrong.Length == 0 ? "Every account adds up to the last paisa and cent." : $"DOES NOT ADD UP: {string.Join(", ", wrong)}.",
            wrong.Length == 0 ? Tone.Good : Tone.Bad);
    }

    /// <summary>What happened between two states of one ledger: opening is the earlier cash, claims are the later ones.</summary>
    public static AccountLedger Between(AccountLedger before, AccountLedger after) => after with
    {
        Opening = before.Cash,
        Income = after.Income - before.Income,
        Proceeds = after.Proceeds - before.Proceeds,
        Arrived = after.Arrived - before.Arrived,
        Left = after.Left - before.Left,
        Sent = after.Sent - before.Sent,
        Purchases = after.Purchases - before.Purchases,
        Charges = after.Charges - before.Charges,
        Withdrawn = after.Withdrawn - before.Withdrawn,
        TaxPaid = after.TaxPaid - before.TaxPaid,
    };

    private static ImmutableArray<Column> Columns(IEnumerable<AccountId> accounts) => [new Column("account"), .. accounts.Select(a => Column.Number(a.Value))];

    private static bool Always(string name) => name is "opening" or "settled cash" || name[0] == '=';

    private static IEnumerable<ImmutableArray<Cell>> Rows<T>(T[] columns, Func<string, bool> always, params (string Name, Func<T, Money> Amount)[] lines) => lines
        .Where(line => always(line.Name) || columns.Any(c => !line.Amount(c).IsZero))
        .Select(line => ImmutableArray.Create(new Cell(line.Name))
            .AddRange(columns.Select(c => new Cell(MoneyFormat.Text(line.Amount(c)), line.Name[0] == '=' ? Tone.Strong : Tone.Plain))));
}
