using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Brokers.Paper;

/// <summary>The bank beside the paper broker: money that comes in and goes out, and money on its way between two accounts. The bank's
/// days are UTC's. A reference names what a person or a plan asked for: asking twice does it once, also after a crash.</summary>
public sealed class PaperBank(PaperBook book, PaperTerms terms)
{
    /// <summary>Books money that came in from outside; it can be spent at once.</summary>
    /// <param name="account">Where.</param>
    /// <param name="amount">Above zero, account currency, in whole minor units.</param>
    /// <param name="note">For people.</param>
    /// <param name="reference">Null for a deposit that is unlike any other.</param>
    /// <returns>False when the reference was booked before; nothing changes then.</returns>
    /// <exception cref="InvalidOperationException">The amount is not one of the account.</exception>
    public bool Deposit(AccountId account, Money amount, string note, string? reference = null) =>
        Book(CashKind.Deposit, account, amount, note, reference);

    /// <summary>Books money that a person took out.</summary>
    /// <param name="account">Where.</param>
    /// <param name="amount">Above zero, account currency, in whole minor units.</param>
    /// <param name="note">For people.</param>
    /// <param name="reference">Null for a withdrawal that is unlike any other.</param>
    /// <returns>False when the reference was booked before; nothing changes then.</returns>
    /// <exception cref="InvalidOperationException">The amount is not one of the account, or not there.</exception>
    public bool Withdraw(AccountId account, Money amount, string note, string? reference = null) =>
        Book(CashKind.Withdrawal, account, amount, note, reference);

    /// <summary>Sends money from one account to another. It arrives after the rules' business days, at the exchange rate of the
    /// day of arrival.</summary>
    /// <param name="from">Leaves here, at once.</param>
    /// <param name="to">Arrives here, in this account's currency.</param>
    /// <param name="amount">Above zero, in the sender's currency, in whole minor units.</param>
    /// <param name="fee">Paid by the sender on top; may be zero.</param>
    /// <param name="reference">Names the transfer.</param>
    /// <returns>The transfer; the first one when the reference was used before.</returns>
    /// <exception cref="InvalidOperationException">The amount or fee is not one of the account, or not there.</exception>
    public PaperTransfer Send(AccountId from, AccountId to, Money amount, Money fee, string reference) => At((pages, now) =>
    {
        if (pages.Transfers().FirstOrDefault(t => t.Transfer.Reference == reference).Transfer is { } sent)
        {
            return sent;
        }

        var (sender, receiver) = (terms.Household.Account(from), terms.Household.Account(to));
        Require(sender, amount);
        if (!fee.IsZero)
        {
            Require(sender, fee);
        }

        RequireThere(pages, sender, amount + fee, now);
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var rule = terms.Rules.Remittance;
        var transfer = new PaperTransfer(
            reference, from, to, amount, fee, today, BusinessDaysAfter(today, rule.BusinessDays + rule.LateDays, from, to),
            PaperTransferState.InTransit, null, null);
        pages.Add(transfer, receiver.Currency, rule.ShortPercent, rule.IsLost);
        pages.Add(new PaperCash(from, CashKind.Sent, reference, -amount, today, string.Empty, $"to {to}"));
        if (!fee.IsZero)
        {
            pages.Add(new PaperCash(from, CashKind.Fee, reference, -fee, today, string.Empty, $"to {to}"));
        }

        return transfer;
    });

    /// <summary>Every transfer, oldest first.</summary>
    /// <exception cref="ConfigurationException">The price file does not reach the day.</exception>
    public ImmutableArray<PaperTransfer> Transfers() => At((pages, _) => pages.Transfers().Select(t => t.Transfer).ToImmutableArray());

    /// <summary>The transfers that arrived, oldest first.</summary>
    /// <exception cref="ConfigurationException">The price file does not reach the day.</exception>
    public ImmutableArray<PaperTransfer> Arrivals() => Transfers().RemoveAll(t => t.State != PaperTransferState.Arrived);

    private bool Book(CashKind kind, AccountId id, Money amount, string note, string? reference) => At((pages, now) =>
    {
        var account = terms.Household.Account(id);
        Require(account, amount);
        var name = reference ?? FormattableString.Invariant($"#{pages.Count(kind) + 1}");
        if (pages.Cash(kind, name) is not null)
        {
            return false;
        }

        if (kind == CashKind.Withdrawal)
        {
            RequireThere(pages, account, amount, now);
        }

        var today = DateOnly.FromDateTime(now.UtcDateTime);
        pages.Add(new PaperCash(id, kind, name, kind == CashKind.Withdrawal ? -amount : amount, today, string.Empty, note));
        return true;
    });

    private T At<T>(Func<PaperPages, DateTimeOffset, T> work) => book.Transact(pages => pages.At(terms, now => work(pages, now)));

    private void RequireThere(PaperPages pages, Account account, Money amount, DateTimeOffset now)
    {
        var there = new PaperAccounts(pages, terms, now).Spendable(account);
        if (amount > there)
        {
            throw new InvalidOperationException($"{amount} cannot leave {account.Id}: {there} of settled cash is there.");
        }
    }

    private static void Require(Account account, Money amount)
    {
        if (amount.Currency != account.Currency || !amount.IsPositive || amount != amount.Rounded)
        {
            throw new InvalidOperationException(
                $"{amount} cannot be booked in {account.Id}: above zero, in {account.Currency}, in whole minor units.");
        }
    }

    private DateOnly BusinessDaysAfter(DateOnly date, int days, AccountId from, AccountId to)
    {
        var calendars = terms.Household.Instruments.Where(i => i.Accounts.Contains(from) || i.Accounts.Contains(to))
            .Select(i => i.Venue).Distinct().Select(venue => terms.Calendars[venue]).ToArray();
        for (var left = days; left > 0;)
        {
            date = date.AddDays(1);
            var isWeekend = date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
            left -= !isWeekend && calendars.All(calendar => calendar.IsBusinessDay(date)) ? 1 : 0;
        }

        return date;
    }
}
