using System.Collections.Immutable;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Lots;

namespace PerpetualRebalancing.Adapters.Statements;

/// <summary>The CSV that this program documents: see README.md in this folder. Corporate actions come in the same columns.</summary>
internal static class PlainStatement
{
    /// <summary>The columns that must be there.</summary>
    public static readonly string[] Required = ["date", "action", "instrument"];

    /// <summary>The columns that may be there.</summary>
    public static readonly string[] Optional =
        ["units", "price", "charges", "acquired", "heldSince", "folio", "ratio", "into", "intoUnits", "intoFolio", "lot", "formerIsin", "reference", "account"];

    private static readonly string[] Actions =
        ["buy", "sell", "split", "bonus", "switch-out", "switch-in", "consolidate", "reinvest", "transfer-in", "transfer-out", "lot", "count"];

    // What a tradebook leaves out: an allotment is a purchase that was not made on the exchange.
    private static readonly string[] Beside = ["split", "bonus", "consolidate", "transfer-in", "transfer-out", "buy", "isin"];

    /// <summary>Reads a plain statement.</summary>
    public static Statement Read(StatementSource source, InstrumentNames names, StatementFaults faults)
    {
        var read = Rows(source, names, faults, Actions);
        return StatementOf(source, faults, read, read, []);
    }

    /// <summary>Reads a file of corporate actions.</summary>
    public static ImmutableArray<Transaction> ReadActions(StatementSource source, InstrumentNames names, StatementFaults faults)
    {
        var actions = Rows(source, names, faults, Beside);
        foreach (var twice in actions.Where(a => a is not (Transaction.TransferredIn or Transaction.TransferredOut or Transaction.Bought))
            .GroupBy(a => (a.At.Instrument, a.At.On, a.At.Folio, a.GetType())).Where(g => g.Count() > 1))
        {
            faults.Add(twice.Last().At.Place, "action", $"is there twice for {twice.Key.Instrument} on {twice.Key.On:yyyy-MM-dd}", "each corporate action once");
        }

        return actions;
    }

    /// <summary>Reads a file of corporate actions that comes alone.</summary>
    public static Statement ReadActionsOnly(StatementSource source, InstrumentNames names, StatementFaults faults)
    {
        var actions = ReadActions(source, names, faults);
        return StatementOf(source, faults, actions, [], actions);
    }

    private static Statement StatementOf(
        StatementSource source, StatementFaults faults, ImmutableArray<Transaction> dated, ImmutableArray<Transaction> transactions, ImmutableArray<Transaction> actions)
    {
        faults.ThrowIfAny();
        return dated.IsEmpty
            ? throw faults.Fatal("line 2", "", "is missing: no row says anything", "at least one row")
            : new Statement(source.Account.Id, dated.Min(t => t.At.On), dated.Max(t => t.At.On), StatementOwner.Unnamed, transactions, actions);
    }

    private static ImmutableArray<Transaction> Rows(StatementSource source, InstrumentNames names, StatementFaults faults, string[] actions)
    {
        if (source.Bytes.Length > 0 && source.Bytes.Span[^1] != (byte)'\n')
        {
            throw faults.Fatal("the last line", "", "has no line end: the file may have been cut off", "a line end after the last row");
        }

        using var text = source.Text();
        var read = ImmutableArray.CreateBuilder<Transaction>();
        var stated = new Dictionary<(InstrumentId, DateOnly), (int Index, ImmutableArray<StatedLot>.Builder Lots)>();
        foreach (var row in StatementRow.Read(text, faults, Required, Optional))
        {
            if (OriginOf(row, source, names, faults, actions) is not { } at)
            {
                continue;
            }

            if (row.Text("action") == "lot")
            {
                if (!stated.TryGetValue((at.Instrument, at.On), out var list))
                {
                    list = stated[(at.Instrument, at.On)] = (read.Count, ImmutableArray.CreateBuilder<StatedLot>());
                    read.Add(new Transaction.Stated(at with { Folio = "" }, [], at.On));
                }

                list.Lots.Add(Lot(row, at, source));
            }
            else if (TransactionOf(row, at, source, names, faults) is { } transaction)
            {
                read.Add(transaction);
            }
        }

        foreach (var (index, lots) in stated.Values)
        {
            read[index] = (Transaction.Stated)read[index] with { Lots = lots.ToImmutable() };
            Distinct(faults, lots.Select(l => (l.Name, l.Place)));
        }

        Distinct(faults, read.Select(t => (t is Transaction.Bought b ? b.Lot : (t as Transaction.TransferredIn)?.Lot, t.At.Place)));
        return read.ToImmutable();
    }

    private static void Distinct(StatementFaults faults, IEnumerable<(LotId? Name, string Place)> named)
    {
        var known = new HashSet<LotId>();
        foreach (var (name, place) in named.Where(n => n.Name is not null && !known.Add(n.Name)))
        {
            faults.Add(place, "lot", $"'{name}' names a second lot", "each lot its own name, or none");
        }
    }

    private static Origin? OriginOf(StatementRow row, StatementSource source, InstrumentNames names, StatementFaults faults, string[] actions)
    {
        var action = row.Text("action");
        if (!actions.Contains(action))
        {
            row.Fault("action", action.Length == 0 ? "is missing" : $"is '{StatementFaults.Short(action)}'", string.Join(", ", actions));
        }

        var day = row.Day("date", source.Today, "yyyy-MM-dd");
        var instrument = row.Has("instrument")
            ? names.FindEither(faults, row.Place, row.Text("instrument"), "instrument")
            : Missing(row);
        if (row.Has("account") && row.Text("account") != source.Account.Id.Value)
        {
            row.Fault("account", $"is '{StatementFaults.Short(row.Text("account"))}'", $"{source.Account.Id}, the account it is imported for");
        }

        if (instrument is not null && row.Has("formerIsin"))
        {
            var former = row.Text("formerIsin");
            if (Isin.IsWellFormed(former))
            {
                names.AddFormer(former, instrument);
            }
            else
            {
                row.Fault("formerIsin", $"is '{StatementFaults.Short(former)}'", "the ISIN that the instrument had before");
            }
        }

        var reference = row.Name("reference");
        return row.IsFaulty || instrument is null
            ? null
            : new Origin(instrument, Folio(row, "folio"), day, source.File, row.Place) { Reference = reference.Length == 0 ? null : reference };
    }

    private static InstrumentId? Missing(StatementRow row)
    {
        row.Fault("instrument", "is missing", "the ISIN or the id of an instrument");
        return null;
    }

    private static Transaction? TransactionOf(StatementRow row, Origin at, StatementSource source, InstrumentNames names, StatementFaults faults)
    {
        Transaction? transaction = row.Text("action") switch
        {
            "buy" => new Transaction.Bought(at, row.Units("units"), Price(row, 0m), Charges(row)) { Lot = Name(row, at, source) },
            "sell" => Sale(row, at),
            "switch-out" when Sale(row, at) is var sale => new Transaction.SwitchedOut(at, sale.Units, sale.Price, sale.Charges),
            "switch-in" => new Transaction.SwitchedIn(at, row.Units("units"), Price(row, 0m), Charges(row)),
            "reinvest" => new Transaction.Reinvested(at, row.Units("units"), Price(row, 0m), Charges(row)),
            "bonus" => new Transaction.Bonus(at, row.Units("units")),
            "split" => SplitOf(row, at),
            "consolidate" => ConsolidatedOf(row, at, names, faults),
            "transfer-in" => new Transaction.TransferredIn(at, row.Units("units"), row.Day("acquired", at.On, "yyyy-MM-dd"), Price(row, 0m)) { Lot = Name(row, at, source) },
            "transfer-out" => new Transaction.TransferredOut(at, row.Units("units")),
            "count" => new Transaction.Counted(at, new Quantity(row.Number("units", 0m, " units")), IsOpening: false),
            _ => null,
        };
        return row.IsFaulty ? null : transaction;
    }

    private static Transaction.Sold Sale(StatementRow row, Origin at)
    {
        var (units, price, charges) = (row.Units("units"), Price(row, 0.000001m), Charges(row));
        if (!row.IsFaulty && charges >= units.Units * price)
        {
            row.Fault("charges", $"is {Canonical.Text(charges)}, not less than the sale's value", "the deductible charges of the sale");
        }

        return new Transaction.Sold(at, units, price, charges);
    }

    private static Transaction.Split? SplitOf(StatementRow row, Origin at)
    {
        var parts = row.Text("ratio").Split(':');
        if (parts.Length == 2 && IsPart(parts[0], out var after) && IsPart(parts[1], out var before))
        {
            return new Transaction.Split(at, after, before);
        }

        row.Fault("ratio", row.Has("ratio") ? $"is '{StatementFaults.Short(row.Text("ratio"))}'" : "is missing", "new units for so many old ones, like 10:1");
        return null;
    }

    private static bool IsPart(string text, out decimal number) => StatementNumber.TryParse(text, out number) && number is >= 0.0001m and <= 10_000m;

    private static Transaction.Consolidated? ConsolidatedOf(StatementRow row, Origin at, InstrumentNames names, StatementFaults faults)
    {
        var (units, intoUnits) = (row.Units("units"), row.Units("intoUnits"));
        var into = names.FindEither(faults, row.Place, row.Text("into"), "into");
        if (into == at.Instrument)
        {
            row.Fault("into", $"is {into} itself", "the instrument that goes on");
        }

        return into is null || row.IsFaulty
            ? null
            : new Transaction.Consolidated(at, units, into, row.Has("intoFolio") ? Folio(row, "intoFolio") : at.Folio, intoUnits);
    }

    private static StatedLot Lot(StatementRow row, Origin at, StatementSource source)
    {
        var acquired = row.Day("acquired", at.On, "yyyy-MM-dd");
        var heldSince = row.Has("heldSince") ? row.Day("heldSince", acquired, "yyyy-MM-dd") : acquired;
        var (units, price) = (row.Units("units"), Price(row, 0m));
        return new StatedLot(
            Name(row, at, source), at.Folio, acquired, heldSince, row.IsFaulty ? new Quantity(1m) : units, price, row.Has("heldSince"), row.Place);
    }

    private static LotId? Name(StatementRow row, Origin at, StatementSource source) =>
        row.Name("lot") is { Length: > 0 } name ? new LotId($"{source.Account.Id}/{at.Instrument}/{name}") : null;

    private static decimal Price(StatementRow row, decimal minimum) => row.Number("price", minimum, "");

    private static decimal Charges(StatementRow row) => row.Number("charges", 0m, "", fallback: 0m);

    private static string Folio(StatementRow row, string column) => row.Name(column).Replace(" ", "", StringComparison.Ordinal);
}
