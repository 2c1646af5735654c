using System.Collections.Immutable;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;

namespace PerpetualRebalancing.Adapters.Brokers.Paper;

/// <summary>The rows of the paper broker's book, inside one transaction of <see cref="PaperBook"/>.</summary>
internal sealed partial class PaperPages(SqliteConnection connection)
{
    private const string OrderColumns =
        "client_key, account, instrument, side, state, ordered, limit_price, amount, placed_on, session, waits, held, note";

    /// <summary>Brings an older schema up to date.</summary>
    public bool MigrateTo(int version, string script)
    {
        if (connection.ExecuteScalar<long>("pragma user_version") >= version)
        {
            return false;
        }

        connection.Execute(script);
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"pragma user_version = {version}"));
        return true;
    }

    /// <summary>Does some work after the book was brought up to the clock's moment.</summary>
    public T At<T>(PaperTerms terms, Func<DateTimeOffset, T> work)
    {
        var now = terms.Clock.GetUtcNow();
        new PaperDays(this, terms, now).Advance();
        return work(now);
    }

    /// <summary>Records the opening; false when there was one.</summary>
    public bool MarkOpened(DateOnly asOf) =>
        connection.Execute("insert or ignore into opening (id, as_of) values (1, @asOf)", new { asOf = Text(asOf) }) == 1;

    /// <summary>Whether the opening was recorded.</summary>
    public bool IsOpened => connection.ExecuteScalar<long>("select count(*) from opening") == 1;

    /// <summary>The order of a key.</summary>
    public PaperOrder? Order(string key) => connection
        .Query<OrderRow>($"select {OrderColumns} from orders where client_key = @key", new { key }).Select(Read).FirstOrDefault();

    /// <summary>Every order that may still fill, oldest first.</summary>
    public ImmutableArray<PaperOrder> OpenOrders() =>
    [
        .. connection.Query<OrderRow>($"select {OrderColumns} from orders where state in ('Open', 'PartlyFilled') order by number").Select(Read),
    ];

    /// <summary>An account's orders placed since a day, oldest first.</summary>
    public ImmutableArray<PaperOrder> Orders(AccountId account, DateOnly since) =>
    [
        .. connection.Query<OrderRow>(
            $"select {OrderColumns} from orders where account = @account and placed_on >= @since order by number",
            new { account = account.Value, since = Text(since) }).Select(Read),
    ];

    /// <summary>Writes a new order.</summary>
    public void Add(PaperOrder order) => connection.Execute(
        $"""
         insert into orders ({OrderColumns})
         values (@Key, @Account, @Instrument, @Side, @State, @Ordered, @Limit, @Amount, @PlacedOn, @Session, @Waits, @Held, @Note)
         """,
        Row(order));

    /// <summary>Writes what changed of an order.</summary>
    public void Update(PaperOrder order) => connection.Execute(
        """
        update orders set state = @State, ordered = @Ordered, session = @Session, waits = @Waits, held = @Held, note = @Note
        where client_key = @Key
        """,
        Row(order));

    /// <summary>What changed hands for an order, oldest first.</summary>
    public ImmutableArray<BrokerFill> Fills(string key) =>
    [
        .. connection.Query<FillRow>(
            "select fill_id, quantity, price, currency, trade_date, settles_on from fills where client_key = @key order by number",
            new { key }).Select(Read),
    ];

    /// <summary>Whether an account sold units of an instrument on a trade date.</summary>
    public bool HasSold(AccountId account, InstrumentId instrument, DateOnly tradeDate) => connection.ExecuteScalar<long>(
        """
        select count(*) from fills join orders using (client_key)
        where account = @account and instrument = @instrument and side = 'Sell' and trade_date = @tradeDate
        """,
        new { account = account.Value, instrument = instrument.Value, tradeDate = Text(tradeDate) }) > 0;

    /// <summary>Writes a fill.</summary>
    public void Add(string key, int number, BrokerFill fill)
    {
        connection.Execute(
            """
            insert into fills (fill_id, client_key, number, quantity, price, currency, trade_date, settles_on)
            values (@id, @key, @number, @quantity, @price, @currency, @tradeDate, @settlesOn)
            """,
            new
            {
                id = fill.FillId,
                key,
                number,
                quantity = Canonical.Text(fill.Quantity.Units),
                price = Canonical.Text(fill.Price.Amount),
                currency = fill.Price.Currency.Code,
                tradeDate = Text(fill.TradeDate),
                settlesOn = Text(fill.SettlesOn),
            });
        foreach (var (line, charge) in (fill.Charges ?? []).Index())
        {
            connection.Execute(
                "insert into charges (fill_id, line, name, amount) values (@id, @line, @name, @amount)",
                new { id = fill.FillId, line, name = charge.Name, amount = Canonical.Text(charge.Amount.Amount) });
        }
    }

    private BrokerFill Read(FillRow row)
    {
        var currency = Currency.Parse(row.currency);
        var charges = connection.Query<ChargeRow>("select name, amount from charges where fill_id = @id order by line", new { id = row.fill_id })
            .Select(charge => new ChargeLine(charge.name, new Money(Canonical.Number(charge.amount), currency)));
        return new BrokerFill(
            row.fill_id, new Quantity(Canonical.Number(row.quantity)), new UnitPrice(Canonical.Number(row.price), currency),
            [.. charges], Day(row.trade_date), Day(row.settles_on));
    }

    private static PaperOrder Read(OrderRow row) => new(
        row.client_key, new AccountId(row.account), new InstrumentId(row.instrument), Enum.Parse<Side>(row.side),
        Enum.Parse<BrokerOrderState>(row.state), new Quantity(Canonical.Number(row.ordered)), Number(row.limit_price), Number(row.amount),
        Day(row.placed_on), Day(row.session), row.waits == 1, Canonical.Number(row.held), row.note);

    private static object Row(PaperOrder order) => new
    {
        order.Key,
        Account = order.Account.Value,
        Instrument = order.Instrument.Value,
        Side = order.Side.ToString(),
        State = order.State.ToString(),
        Ordered = Canonical.Text(order.Ordered.Units),
        Limit = Text(order.Limit),
        Amount = Text(order.Amount),
        PlacedOn = Text(order.PlacedOn),
        Session = Text(order.Session),
        Waits = order.Waits ? 1 : 0,
        Held = Canonical.Text(order.Held),
        order.Note,
    };

    private static decimal? Number(string? text) => text is null ? null : Canonical.Number(text);

    private static string? Text(decimal? number) => number is { } value ? Canonical.Text(value) : null;

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

#pragma warning disable IDE1006 // The names are the columns'.
    private sealed record OrderRow(
        string client_key, string account, string instrument, string side, string state, string ordered, string? limit_price, string? amount,
        string placed_on, string session, long waits, string held, string note);

    private sealed record FillRow(string fill_id, string quantity, string price, string currency, string trade_date, string settles_on);

    private sealed record ChargeRow(string name, string amount);
#pragma warning restore IDE1006
}
