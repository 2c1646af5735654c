using System.Collections.Immutable;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Lots;

namespace PerpetualRebalancing.Adapters.Statements;

/// <summary>Zerodha Console's tradebook: one row per fill, no charges. Splits, bonuses, allotments and off-market transfers are missing
/// from it; a corporate-actions file fills the gap. It covers the days from its first trade to its last.</summary>
internal static class ZerodhaTradebook
{
    private static readonly string[] Columns =
        ["symbol", "isin", "trade_date", "trade_type", "quantity", "price", "trade_id", "order_id", "order_execution_time"];

    // What an order's fills add up to stays far from what a decimal can hold.
    private const decimal MostValue = 1_000_000_000_000_000m;

    private static readonly string[] Times = ["yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd HH:mm:ss"];

    /// <summary>Reads the file.</summary>
    public static Statement Read(StatementSource source, InstrumentNames names, StatementFaults faults)
    {
        using var text = source.Text();
        var orders = new Dictionary<(string Id, InstrumentId Instrument, DateOnly On, bool IsBuy), Order>();
        var trades = new HashSet<(string, DateOnly, string, bool)>();
        foreach (var row in StatementRow.Read(text, faults, Columns, optional: null))
        {
            if (Fill(row, source, names, faults) is not { } fill)
            {
                continue;
            }

            if (!trades.Add((row.Text("exchange"), fill.On, row.Text("trade_id"), fill.IsBuy)))
            {
                row.Fault("trade_id", $"{StatementFaults.Short(row.Text("trade_id"))} is there twice", "each fill once");
                continue;
            }

            var key = (row.Text("order_id"), fill.Instrument, fill.On, fill.IsBuy);
            if (!orders.TryGetValue(key, out var order))
            {
                orders.Add(key, order = new Order(fill.Time, row.Place));
            }

            order.Units += fill.Units;
            order.Value += fill.Units * fill.Price;
        }

        faults.ThrowIfAny();
        if (orders.Count == 0)
        {
            throw faults.Fatal("line 2", "", "is missing: there are no trades", "at least one trade");
        }

        var transactions = orders.OrderBy(o => o.Key.On).ThenBy(o => o.Value.Time).Select(o => Of(source, o.Key, o.Value)).ToImmutableArray();
        return new Statement(source.Account.Id, transactions[0].At.On, transactions[^1].At.On, StatementOwner.Unnamed, transactions, []);
    }

    private static Transaction Of(StatementSource source, (string Id, InstrumentId Instrument, DateOnly On, bool IsBuy) key, Order order)
    {
        // An order's fills are one purchase: their average price is what a unit of the lot cost.
        var at = new Origin(key.Instrument, "", key.On, source.File, order.Place) { Reference = $"{key.Id}{(key.IsBuy ? "" : " (sale)")}" };
        var (units, price) = (new Quantity(order.Units), order.Value / order.Units);
        return key.IsBuy ? new Transaction.Bought(at, units, price, 0m) : new Transaction.Sold(at, units, price, 0m);
    }

    private static (InstrumentId Instrument, DateOnly On, DateTime Time, bool IsBuy, decimal Units, decimal Price)? Fill(
        StatementRow row, StatementSource source, InstrumentNames names, StatementFaults faults)
    {
        if (row.Has("segment") && row.Text("segment") is not ("EQ" or "MF"))
        {
            row.Fault("segment", $"is '{StatementFaults.Short(row.Text("segment"))}'", "EQ or MF: futures, options and currencies have no lots here");
            return null;
        }

        var instrument = names.Find(faults, row.Place, row.Text("isin"), row.Text("symbol"), "isin", "symbol");
        var on = row.Day("trade_date", source.Today, "yyyy-MM-dd");
        var type = row.Text("trade_type");
        if (type is not ("buy" or "sell"))
        {
            row.Fault("trade_type", $"is '{StatementFaults.Short(type)}'", "buy, sell");
        }

        var (units, price) = (row.Units("quantity"), row.Number("price", 0.000001m, ""));
        if (!DateTime.TryParseExact(
            row.Text("order_execution_time"), Times, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var time))
        {
            row.Fault("order_execution_time", $"is '{StatementFaults.Short(row.Text("order_execution_time"))}'", "a time like 2026-06-30T10:22:33; is the file complete?");
        }

        if (units.Units * price > MostValue)
        {
            row.Fault("quantity", $"at this price is more than {Canonical.Text(MostValue)}", "a quantity and a price that can be");
        }

        foreach (var column in new[] { "trade_id", "order_id" })
        {
            if (row.Name(column).Length == 0)
            {
                row.Fault(column, "is missing", "the number that Zerodha gave");
            }
        }

        return row.IsFaulty || instrument is null ? null : (instrument, on, time, type == "buy", units.Units, price);
    }

    private sealed class Order(DateTime time, string place)
    {
        public DateTime Time { get; } = time;

        public string Place { get; } = place;

        public decimal Units { get; set; }

        public decimal Value { get; set; }
    }
}
