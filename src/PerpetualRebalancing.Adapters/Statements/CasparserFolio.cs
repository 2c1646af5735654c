using System.Text.Json;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Lots;

namespace PerpetualRebalancing.Adapters.Statements;

/// <summary>A scheme of a folio: what it lists, and the halves of mergers that wait for their other half.</summary>
/// <param name="Instrument">Which instrument the scheme is.</param>
/// <param name="Folio">Its folio, without spaces.</param>
/// <param name="House">The fund house: a merger stays inside it.</param>
/// <param name="Transactions">In the order of the statement.</param>
/// <param name="Merged">Units that left (below zero) or came (above) by a merger.</param>
internal sealed record CasparserScheme(
    InstrumentId Instrument, string Folio, string House, List<Transaction> Transactions, List<(Origin At, decimal Units)> Merged);

/// <summary>Reads one folio of a consolidated statement.</summary>
internal sealed class CasparserFolio(
    LinedJson folio, StatementSource source, InstrumentNames names, StatementFaults faults, DateOnly from, DateOnly to)
{
    private static readonly string[] Days = ["yyyy-MM-dd"];

    private readonly string _number = (folio["folio"]?.Text ?? "").Replace(" ", "", StringComparison.Ordinal);

    /// <summary>Its schemes; those without units and transactions are left out.</summary>
    public IEnumerable<CasparserScheme> Schemes()
    {
        if (_number.Length is 0 or > 40 || _number.Any(char.IsControl))
        {
            faults.Add(folio.Place, "folio", _number.Length == 0 ? "is missing" : $"is '{StatementFaults.Short(_number)}'", "a folio number");
            yield break;
        }

        foreach (var scheme in folio["schemes"]?.Items ?? [])
        {
            if (Scheme(scheme) is { } read)
            {
                yield return read;
            }
        }
    }

    private CasparserScheme? Scheme(LinedJson scheme)
    {
        var transactions = scheme["transactions"];
        if (transactions is not { IsList: true })
        {
            faults.Add(scheme.Place, "transactions", "is missing", "a list");
            return null;
        }

        var (open, close) = (Number(scheme, "open"), Number(scheme, "close"));
        if (open == 0m && close == 0m && transactions.Items.Count == 0)
        {
            return null;
        }

        var instrument = names.Find(faults, scheme.Place, scheme["isin"]?.Text ?? "", scheme["scheme"]?.Text ?? "", "isin", "scheme");
        if (instrument is null || open is not { } opening || close is not { } closing)
        {
            return null;
        }

        if (Number(scheme, "close_calculated") is { } calculated && calculated != closing)
        {
            faults.Add(scheme.Place, "close_calculated", $"is {Canonical.Text(calculated)}, and close is {Canonical.Text(closing)}", "the same units twice: a transaction is missing");
        }

        if (opening < 0m || closing < 0m)
        {
            faults.Add(scheme.Place, opening < 0m ? "open" : "close", "is negative", "units from 0");
            return null;
        }

        var read = new CasparserScheme(instrument, _number, folio["amc"]?.Text ?? "", [], []);
        read.Transactions.Add(new Transaction.Counted(At(instrument, from, scheme), new Quantity(opening), IsOpening: true));
        var balance = opening;
        foreach (var transaction in transactions.Items)
        {
            Add(read, transaction, ref balance);
        }

        if (balance != closing)
        {
            faults.Add(scheme.Place, "close", $"is {Canonical.Text(closing)}, but opening units and transactions lead to {Canonical.Text(balance)}", "units that add up");
        }

        read.Transactions.Add(new Transaction.Counted(At(instrument, to, scheme), new Quantity(closing), IsOpening: false));
        return read;
    }

    private void Add(CasparserScheme scheme, LinedJson line, ref decimal balance)
    {
        var type = line["type"]?.Text ?? "";
        var units = line["units"] is null ? 0m : Number(line, "units") ?? 0m;
        if (!StatementNumber.TryDay(line["date"]?.Text ?? "", Days, out var day) || day < from || day > to)
        {
            faults.Add(line.Place, "date", $"is '{StatementFaults.Short(line["date"]?.Text ?? "")}'", $"a day of the period, {from:yyyy-MM-dd} to {to:yyyy-MM-dd}");
            return;
        }

        balance += units;
        if (line["balance"] is not null && Number(line, "balance") is { } said && said != balance)
        {
            faults.Add(line.Place, "balance", $"is {Canonical.Text(said)}, but the lines before it lead to {Canonical.Text(balance)}", "balances that add up");
            balance = said;
        }

        var at = At(scheme.Instrument, day, line);
        switch (type)
        {
            case "PURCHASE" or "PURCHASE_SIP" when Comes(line, type, units):
                scheme.Transactions.Add(new Transaction.Bought(at, new Quantity(units), Cost(line, units), 0m));
                break;
            case "SWITCH_IN" when Comes(line, type, units):
                scheme.Transactions.Add(new Transaction.SwitchedIn(at, new Quantity(units), Cost(line, units), 0m));
                break;
            case "DIVIDEND_REINVEST" when Comes(line, type, units):
                scheme.Transactions.Add(new Transaction.Reinvested(at, new Quantity(units), Cost(line, units), 0m));
                break;
            case "REDEMPTION" when Goes(line, type, units):
                scheme.Transactions.Add(new Transaction.Sold(at, new Quantity(-units), Price(line), 0m));
                break;
            case "SWITCH_OUT" when Goes(line, type, units):
                scheme.Transactions.Add(new Transaction.SwitchedOut(at, new Quantity(-units), Price(line), 0m));
                break;
            case "REVERSAL" when Goes(line, type, units):
                scheme.Transactions.Add(new Transaction.Reversed(at, new Quantity(-units)));
                break;
            case "SWITCH_IN_MERGER" when Comes(line, type, units):
            case "SWITCH_OUT_MERGER" when Goes(line, type, units):
                scheme.Merged.Add((at, units));
                break;
            case "STAMP_DUTY_TAX":
                AddStampDuty(scheme, line, day);
                break;
            case "PURCHASE" or "PURCHASE_SIP" or "SWITCH_IN" or "DIVIDEND_REINVEST" or "REDEMPTION" or "SWITCH_OUT" or "REVERSAL" or "SWITCH_IN_MERGER" or "SWITCH_OUT_MERGER":
                break;
            case "STT_TAX" or "TDS_TAX" or "DIVIDEND_PAYOUT" or "MISC" or "UNKNOWN" or "SEGREGATION" when units == 0m:
                break;
            default:
                faults.Add(line.Place, "type", $"is '{StatementFaults.Short(type)}' with {Canonical.Text(units)} units", "a kind of transaction that is known; write these units as rows of the plain CSV");
                break;
        }
    }

    /// <summary>Stamp duty is part of what a purchase cost; the statement lists it as a line of its own after the purchase.</summary>
    private void AddStampDuty(CasparserScheme scheme, LinedJson line, DateOnly day)
    {
        var duty = Number(line, "amount") ?? 0m;
        var index = scheme.Transactions.FindLastIndex(t => t.At.On == day && t is Transaction.Bought or Transaction.SwitchedIn or Transaction.Reinvested);
        if (duty < 0m)
        {
            faults.Add(line.Place, "amount", $"is {Canonical.Text(duty)}", "stamp duty from 0");
        }
        else if (index >= 0)
        {
            scheme.Transactions[index] = scheme.Transactions[index] switch
            {
                Transaction.Bought t => t with { Charges = t.Charges + duty },
                Transaction.SwitchedIn t => t with { Charges = t.Charges + duty },
                Transaction.Reinvested t => t with { Charges = t.Charges + duty },
                var other => other,
            };
        }
    }

    private bool Comes(LinedJson line, string type, decimal units) => Signed(line, type, units, units >= StatementNumber.FewestUnits, "above 0");

    private bool Goes(LinedJson line, string type, decimal units) => Signed(line, type, units, units <= -StatementNumber.FewestUnits, "below 0");

    private bool Signed(LinedJson line, string type, decimal units, bool isRight, string allowed)
    {
        if (!isRight)
        {
            faults.Add(line.Place, "units", $"is {Canonical.Text(units)} for {type}", allowed);
        }

        return isRight;
    }

    /// <summary>What a unit cost: the amount is exact, the NAV beside it is rounded.</summary>
    private decimal Cost(LinedJson line, decimal units)
    {
        var amount = line["amount"] is null ? null : Number(line, "amount");
        if (amount is < 0m or null)
        {
            faults.Add(line.Place, "amount", amount is null ? "is missing" : $"is {Canonical.Text(amount.Value)}", "what was paid, from 0");
            return 0m;
        }

        return amount.Value / units;
    }

    private decimal Price(LinedJson line)
    {
        if (line["nav"] is not null && Number(line, "nav") is > 0m and { } nav)
        {
            return nav;
        }

        faults.Add(line.Place, "nav", line["nav"] is null ? "is missing" : "is not above 0", "the NAV of the redemption");
        return 1m;
    }

    private decimal? Number(LinedJson from, string field)
    {
        var value = from[field];
        if (value is { Kind: JsonTokenType.String or JsonTokenType.Number, Text: { } text } && StatementNumber.TryParse(text, out var number))
        {
            return number;
        }

        faults.Add(value?.Place ?? from.Place, value is null ? field : "", value is null ? "is missing" : $"is '{StatementFaults.Short(value.Text ?? value.Kind.ToString())}'", "a number, like \"33.412\"");
        return null;
    }

    private Origin At(InstrumentId instrument, DateOnly day, LinedJson line) => new(instrument, _number, day, source.File, line.Place);
}
