using System.Globalization;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Worker.Reviewing;

/// <summary>Records cash that came in from outside and that no adapter sees by itself.</summary>
internal static class Incomes
{
    /// <summary>Records income: in the embedded bank's book, and in the ledger.</summary>
    /// <param name="desk">The household.</param>
    /// <param name="account">Where it arrived.</param>
    /// <param name="amount">Above zero, account currency.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="note">For people.</param>
    /// <param name="reference">Names the income, so that the same one is never recorded twice; null for one unlike any other.</param>
    /// <param name="by">Who says so.</param>
    public static void Record(Desk desk, AccountId account, Money amount, IncomeKind kind, string note, string? reference, string by)
    {
        reference ??= string.Create(CultureInfo.InvariantCulture, $"{kind}/{desk.Time.GetUtcNow():yyyyMMddHHmmssfff}/{desk.Store.Current.Sequence}");
        // The bank books a reference once, and the ledger is asked by it too: a crash between the two books is made good by asking again.
        desk.Bank?.Deposit(account, amount, note, reference);
        var entry = new Fact.CashReceived(account, amount, kind, $"{note} ({reference})");
        desk.Store.Transact(by, t =>
        {
            if (desk.Store.Facts().All(f => f.Fact is not Fact.CashReceived known || known != entry))
            {
                t.Append(entry);
            }
        });
    }
}
