using System.Collections.Immutable;
using Dapper;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Adapters.Brokers.Paper;

internal sealed partial class PaperPages
{
    /// <summary>Every amount that moved in an account, oldest first.</summary>
    public ImmutableArray<PaperCash> Cash(AccountId account) =>
    [
        .. connection.Query<CashRow>(
            """
            select account, kind, reference, amount, currency, available_on, venue, note from cash
            where account = @account order by number
            """,
            new { account = account.Value }).Select(Read),
    ];

    /// <summary>The amount of a reference, when it was booked.</summary>
    public PaperCash? Cash(CashKind kind, string reference) => connection.Query<CashRow>(
        """
        select account, kind, reference, amount, currency, available_on, venue, note from cash
        where kind = @kind and reference = @reference
        """,
        new { kind = kind.ToString(), reference }).Select(Read).FirstOrDefault();

    /// <summary>How many amounts of a kind were booked.</summary>
    public long Count(CashKind kind) =>
        connection.ExecuteScalar<long>("select count(*) from cash where kind = @kind", new { kind = kind.ToString() });

    /// <summary>Books an amount.</summary>
    public void Add(PaperCash cash) => connection.Execute(
        """
        insert into cash (account, kind, reference, amount, currency, available_on, venue, note)
        values (@account, @kind, @reference, @amount, @currency, @availableOn, @venue, @note)
        """,
        new
        {
            account = cash.Account.Value,
            kind = cash.Kind.ToString(),
            reference = cash.Reference,
            amount = Canonical.Text(cash.Amount.Amount),
            currency = cash.Amount.Currency.Code,
            availableOn = Text(cash.AvailableOn),
            venue = cash.Venue,
            note = cash.Note,
        });

    /// <summary>An account's units, oldest first in each instrument.</summary>
    public ImmutableArray<PaperLot> Lots(AccountId account) =>
    [
        .. connection.Query<LotRow>(
            """
            select number, account, instrument, acquired, remaining, available_on, source from lots
            where account = @account order by acquired, number
            """,
            new { account = account.Value }).Select(row => new PaperLot(
                row.number, new AccountId(row.account), new InstrumentId(row.instrument), Day(row.acquired),
                new Quantity(Canonical.Number(row.remaining)), Day(row.available_on), row.source)),
    ];

    /// <summary>Books acquired units; the book numbers them.</summary>
    public void Add(PaperLot lot) => connection.Execute(
        """
        insert into lots (account, instrument, acquired, remaining, available_on, source)
        values (@account, @instrument, @acquired, @remaining, @availableOn, @source)
        """,
        new
        {
            account = lot.Account.Value,
            instrument = lot.Instrument.Value,
            acquired = Text(lot.Acquired),
            remaining = Canonical.Text(lot.Remaining.Units),
            availableOn = Text(lot.AvailableOn),
            source = lot.Source,
        });

    /// <summary>Writes how many units of a lot remain; a lot of none is dropped.</summary>
    public void Keep(PaperLot lot, Quantity remaining) => connection.Execute(
        remaining.IsZero ? "delete from lots where number = @number" : "update lots set remaining = @remaining where number = @number",
        new { number = lot.Number, remaining = Canonical.Text(remaining.Units) });

    /// <summary>Every transfer, oldest first.</summary>
    public ImmutableArray<(PaperTransfer Transfer, decimal ShortPercent, bool IsLost)> Transfers() =>
    [
        .. connection.Query<TransferRow>(
            """
            select reference, from_account, to_account, sent, sent_currency, fee, sent_on, due_on, short_percent, is_lost, state,
                arrived, arrived_currency, rate
            from transfers order by number
            """).Select(row => (Read(row), Canonical.Number(row.short_percent), row.is_lost == 1)),
    ];

    /// <summary>Writes a new transfer.</summary>
    public void Add(PaperTransfer transfer, Currency arrivesIn, decimal shortPercent, bool isLost) => connection.Execute(
        """
        insert into transfers (reference, from_account, to_account, sent, sent_currency, fee, sent_on, due_on, short_percent, is_lost,
            state, arrived_currency)
        values (@reference, @from, @to, @sent, @sentCurrency, @fee, @sentOn, @dueOn, @shortPercent, @isLost, @state, @arrivedCurrency)
        """,
        new
        {
            reference = transfer.Reference,
            from = transfer.From.Value,
            to = transfer.To.Value,
            sent = Canonical.Text(transfer.Sent.Amount),
            sentCurrency = transfer.Sent.Currency.Code,
            fee = Canonical.Text(transfer.Fee.Amount),
            sentOn = Text(transfer.SentOn),
            dueOn = Text(transfer.DueOn),
            shortPercent = Canonical.Text(shortPercent),
            isLost = isLost ? 1 : 0,
            state = transfer.State.ToString(),
            arrivedCurrency = arrivesIn.Code,
        });

    /// <summary>Writes how a transfer ended.</summary>
    public void Update(PaperTransfer transfer) => connection.Execute(
        "update transfers set state = @state, arrived = @arrived, rate = @rate where reference = @reference",
        new
        {
            reference = transfer.Reference,
            state = transfer.State.ToString(),
            arrived = Text(transfer.Arrived?.Amount),
            rate = Text(transfer.Rate),
        });

    private static PaperCash Read(CashRow row) => new(
        new AccountId(row.account), Enum.Parse<CashKind>(row.kind), row.reference,
        new Money(Canonical.Number(row.amount), Currency.Parse(row.currency)), Day(row.available_on), row.venue, row.note);

    private static PaperTransfer Read(TransferRow row)
    {
        var sent = Currency.Parse(row.sent_currency);
        return new PaperTransfer(
            row.reference, new AccountId(row.from_account), new AccountId(row.to_account),
            new Money(Canonical.Number(row.sent), sent), new Money(Canonical.Number(row.fee), sent),
            Day(row.sent_on), Day(row.due_on), Enum.Parse<PaperTransferState>(row.state),
            Number(row.arrived) is { } arrived ? new Money(arrived, Currency.Parse(row.arrived_currency)) : null, Number(row.rate));
    }

#pragma warning disable IDE1006 // The names are the columns'.
    private sealed record CashRow(
        string account, string kind, string reference, string amount, string currency, string available_on, string venue, string note);

    private sealed record LotRow(
        long number, string account, string instrument, string acquired, string remaining, string available_on, string source);

    private sealed record TransferRow(
        string reference, string from_account, string to_account, string sent, string sent_currency, string fee, string sent_on, string due_on,
        string short_percent, long is_lost, string state, string? arrived, string arrived_currency, string? rate);
#pragma warning restore IDE1006
}
