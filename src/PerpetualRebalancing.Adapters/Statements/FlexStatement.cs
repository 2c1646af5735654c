using System.Collections.Immutable;
using System.Xml;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Lots;

namespace PerpetualRebalancing.Adapters.Statements;

/// <summary>An Activity Flex query of Interactive Brokers, XML: executed trades and, where the query asks for them, the broker's own
/// list of open lots, which then holds. Read element by element; a document type declaration is refused.</summary>
internal static class FlexStatement
{
    // A DTD could make a small file expand without end, or read another file.
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = StatementSource.LargestFile,
        IgnoreComments = true,
        IgnoreWhitespace = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>Reads the file.</summary>
    public static Statement Read(StatementSource source, InstrumentNames names, StatementFaults faults)
    {
        using var stream = new MemoryStream(source.Body.ToArray(), writable: false);
        using var xml = XmlReader.Create(stream, Settings);
        var reading = new FlexReading(source, names, faults);
        try
        {
            while (xml.Read())
            {
                if (xml.NodeType == XmlNodeType.Element)
                {
                    reading.Take(new FlexElement(xml, faults));
                }
            }
        }
        catch (XmlException e)
        {
            throw faults.Fatal($"line {Math.Max(1, e.LineNumber)}", "", $"is malformed XML: {StatementFaults.Short(e.Message)}", "XML as Interactive Brokers writes it, without a DTD; is the file complete?");
        }

        return reading.End();
    }
}

/// <summary>What a Flex query has said so far.</summary>
internal sealed class FlexReading(StatementSource source, InstrumentNames names, StatementFaults faults)
{
    private readonly List<Transaction> _trades = [];
    private readonly Dictionary<InstrumentId, (Origin At, List<StatedLot> Lots)> _lots = [];
    private readonly Dictionary<InstrumentId, (Origin At, decimal Units)> _positions = [];
    private readonly HashSet<string> _trade = [];
    private (string Account, DateOnly From, DateOnly To)? _statement;
    private string? _holder;
    private bool _hasPositions;
    private bool _hasTrades;
    private string? _ordersOnly;

    /// <summary>Takes the next element.</summary>
    public void Take(FlexElement element)
    {
        switch (element.Name)
        {
            case "FlexStatement":
                Begin(element);
                break;
            case "TradeConfirms":
                throw faults.Fatal(element.Place, "", "is a trade-confirmation query", "an Activity Flex query with Trades and Open Positions");
            case "AccountInformation":
                _holder = element.Text("name") is { Length: > 0 } name ? name : null;
                break;
            case "Trade":
                Trade(element);
                break;
            case "OpenPositions":
                _hasPositions = true;
                break;
            case "OpenPosition":
                Position(element);
                break;
        }
    }

    /// <summary>The statement.</summary>
    public Statement End()
    {
        faults.ThrowIfAny();
        var (account, from, to) = _statement ?? throw faults.Fatal("the whole file", "", "has no FlexStatement", "the answer of an Activity Flex query");
        if (_ordersOnly is not null && !_hasTrades)
        {
            throw faults.Fatal(_ordersOnly, "levelOfDetail", "the query lists orders and no executions", "a query with the option Executions for Trades");
        }

        var all = _trades.ToImmutableArray().ToBuilder();
        foreach (var (instrument, (at, lots)) in _lots)
        {
            all.Add(new Transaction.Stated(at, [.. lots], from));
        }

        foreach (var (at, units) in _positions.Values)
        {
            all.Add(new Transaction.Counted(at, new Quantity(units), IsOpening: false));
        }

        // What was traded and is not listed among the open positions is gone.
        foreach (var gone in _trades.Select(t => t.At.Instrument).Distinct().Where(i => _hasPositions && !_lots.ContainsKey(i) && !_positions.ContainsKey(i)))
        {
            all.Add(new Transaction.Counted(new Origin(gone, "", to, source.File, "OpenPositions"), Quantity.Zero, IsOpening: false));
        }

        return new Statement(source.Account.Id, from, to, new StatementOwner(_holder, null, account), all.ToImmutable(), []);
    }

    private void Begin(FlexElement element)
    {
        if (_statement is { } before)
        {
            throw faults.Fatal(element.Place, "accountId", $"is '{StatementFaults.Short(element.Text("accountId"))}', after '{before.Account}'", "one account in one file");
        }

        var (account, from, to) = (element.Required("accountId"), element.Day("fromDate", source.Today), element.Day("toDate", source.Today));
        if (from > to)
        {
            element.Fault("fromDate", $"is {from:yyyy-MM-dd}, after toDate", $"up to {to:yyyy-MM-dd}");
        }

        _statement = (account, from, to);
    }

    private void Trade(FlexElement element)
    {
        var level = element.Text("levelOfDetail");
        if (level == "ORDER")
        {
            _ordersOnly ??= element.Place;
        }

        // Rows of lots and summaries repeat what the executions say; converted currencies are not units of anything.
        if (level is not ("EXECUTION" or "") || element.Text("assetCategory") == "CASH")
        {
            return;
        }

        _hasTrades = true;
        var instrument = Instrument(element);
        var day = element.Day(element.Text("tradeDate").Length > 0 ? "tradeDate" : "dateTime", source.Today);
        if (_statement is { } period && (day < period.From || day > period.To))
        {
            element.Fault("tradeDate", $"is {day:yyyy-MM-dd}", $"a day of the statement's period, {period.From:yyyy-MM-dd} to {period.To:yyyy-MM-dd}");
        }

        var side = element.Text("buySell");
        if (side is not ("BUY" or "SELL"))
        {
            element.Fault("buySell", $"is '{StatementFaults.Short(side)}'", "BUY, SELL: a cancelled trade is written as rows of the plain CSV");
        }

        var quantity = element.Number("quantity");
        if (Math.Abs(quantity) < StatementNumber.FewestUnits || quantity > 0m != (side == "BUY"))
        {
            element.Fault("quantity", $"is {Canonical.Text(quantity)} for {StatementFaults.Short(side)}", "above 0 for BUY, below 0 for SELL");
        }

        var price = element.Number("tradePrice");
        var charges = -element.Number("ibCommission", 0m) - element.Number("taxes", 0m);
        if (price < 0m || (side == "SELL" && (price == 0m || charges >= Math.Abs(quantity) * price)))
        {
            element.Fault("tradePrice", $"is {Canonical.Text(price)}", "above 0, and for a sale more than its charges");
        }

        // A rebate can exceed the commission: the purchase then cost less, but never less than nothing.
        charges = Math.Max(charges, -Math.Abs(quantity) * price);
        var id = element.Text("tradeID") is { Length: > 0 } trade ? trade : element.Text("transactionID");
        if (id.Length > 0 && !_trade.Add(id))
        {
            element.Fault("tradeID", $"{StatementFaults.Short(id)} is there twice", "each execution once");
        }

        if (element.IsFaulty || instrument is null)
        {
            return;
        }

        var at = new Origin(instrument, "", day, source.File, element.Place) { Reference = id.Length == 0 ? null : id };
        _trades.Add(side == "BUY"
            ? new Transaction.Bought(at, new Quantity(quantity), price, charges)
            : new Transaction.Sold(at, new Quantity(-quantity), price, charges));
    }

    private void Position(FlexElement element)
    {
        _hasPositions = true;
        var instrument = Instrument(element);
        var units = element.Number("position");
        if (units < 0m)
        {
            element.Fault("position", $"is {Canonical.Text(units)}", "units that are owned: short positions are not kept here");
        }

        if (element.IsFaulty || instrument is null || _statement is not { } statement)
        {
            return;
        }

        var at = new Origin(instrument, "", statement.To, source.File, element.Place);
        if (element.Text("levelOfDetail") != "LOT")
        {
            if (!_positions.TryAdd(instrument, (at, units)))
            {
                element.Fault("position", $"{instrument} is listed twice", "each position once");
            }

            return;
        }

        var acquired = element.Day("openDateTime", statement.To);
        var since = element.Text("holdingPeriodDateTime").Length > 0 ? element.Day("holdingPeriodDateTime", statement.To) : acquired;
        var cost = element.Number("costBasisPrice");
        if (cost < 0m || units < StatementNumber.FewestUnits)
        {
            element.Fault(cost < 0m ? "costBasisPrice" : "position", $"is {Canonical.Text(cost < 0m ? cost : units)}", cost < 0m ? "from 0" : "above 0");
        }

        if (!element.IsFaulty)
        {
            if (!_lots.TryGetValue(instrument, out var list))
            {
                _lots.Add(instrument, list = (at, []));
            }

            list.Lots.Add(new StatedLot(null, "", acquired, since < acquired ? since : acquired, new Quantity(units), cost, since < acquired, element.Place));
        }
    }

    private InstrumentId? Instrument(FlexElement element)
    {
        var currency = element.Text("currency");
        if (currency.Length > 0 && currency != source.Account.Currency.Code)
        {
            element.Fault("currency", $"is '{StatementFaults.Short(currency)}'", $"{source.Account.Currency}, the currency of {source.Account.Id}");
        }

        return names.Find(faults, element.Place, element.Text("isin"), element.Text("symbol"), "isin", "symbol");
    }
}
