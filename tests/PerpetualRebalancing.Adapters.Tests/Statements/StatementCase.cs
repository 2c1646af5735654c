using System.Collections.Immutable;
using System.Text;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Statements;
using PerpetualRebalancing.Adapters.Tests.Configuration;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Tests.Statements;

/// <summary>Statements of a small household, as text, and what they are read into.</summary>
internal static class StatementCase
{
    public static readonly DateOnly Today = new(2026, 6, 30);

    /// <summary>NIFTY has an ISIN, GOLD has none, GILT and FUND are funds, NDX is in dollars.</summary>
    public static readonly Household Household = Written.LoadHousehold(SmallHousehold.Text
        .Replace("\"id\": \"NIFTY\",", "\"id\": \"NIFTY\", \"isin\": \"INF204KB14I2\",", StringComparison.Ordinal)
        .Replace("\"id\": \"GILT\",", "\"id\": \"GILT\", \"isin\": \"INF179K01VY8\",", StringComparison.Ordinal)
        .Replace("\"id\": \"NDX\",", "\"id\": \"NDX\", \"isin\": \"US46090E1038\",", StringComparison.Ordinal)).Household;

    public static readonly Account Demat = Household.Account(new("demat"));
    public static readonly Account Global = Household.Account(new("global"));

    public const string Tradebook = """
        symbol,isin,trade_date,exchange,segment,series,trade_type,auction,quantity,price,trade_id,order_id,order_execution_time
        NIFTYBEES,INF204KB14I2,2025-06-09,NSE,EQ,EQ,buy,false,450.000000,67.500000,101,9001,2025-06-09T10:22:33
        NIFTYBEES,INF204KB14I2,2025-06-09,NSE,EQ,EQ,buy,false,50.000000,68.500000,102,9001,2025-06-09T10:22:34
        NIFTYBEES,INF204KB14I2,2025-06-12,NSE,EQ,EQ,sell,false,200.000000,66.000000,103,9002,2025-06-12T12:04:50

        """;

    public const string Cas = """
        {
          "statement_period": { "from": "01-Apr-2024", "to": "31-Mar-2025" },
          "file_type": "CAMS",
          "cas_type": "DETAILED",
          "investor_info": { "name": "ASHA  RAO", "email": "", "address": "", "mobile": "" },
          "folios": [
            { "folio": "11 / 22", "amc": "One", "PAN": "AAAAA1111A", "schemes": [
              { "scheme": "Gilt Direct", "isin": "INF179K01VY8", "rta": "CAMS", "rta_code": "G",
                "open": "0.000", "close": "60.000", "close_calculated": "60.000", "valuation": { "date": "2025-03-31", "nav": "12", "value": "720" },
                "transactions": [
                  { "date": "2024-04-02", "description": "SIP", "amount": "999.95", "units": "100.000", "nav": "9.9995", "balance": "100.000", "type": "PURCHASE_SIP" },
                  { "date": "2024-04-02", "description": "Stamp", "amount": "0.05", "units": null, "nav": null, "balance": null, "type": "STAMP_DUTY_TAX" },
                  { "date": "2024-09-02", "description": "Redeemed", "amount": "-440", "units": "-40.000", "nav": "11.0", "balance": "60.000", "type": "REDEMPTION" }
                ] }
            ] }
          ],
          "parse_warnings": []
        }
        """;

    public const string Flex = """
        <FlexQueryResponse queryName="Lots" type="AF"><FlexStatements count="1">
        <FlexStatement accountId="U7654321" fromDate="20250101" toDate="20251231" period="LastYear" whenGenerated="20260105;101010">
        <AccountInformation accountId="U7654321" name="Asha Rao" />
        <Trades>
        <Trade currency="USD" assetCategory="STK" symbol="NDX" isin="US46090E1038" tradeID="1" tradeDate="20250204" quantity="10" tradePrice="500" ibCommission="-1.5" taxes="0" buySell="BUY" levelOfDetail="EXECUTION" />
        <Trade currency="USD" assetCategory="STK" symbol="NDX" isin="US46090E1038" tradeID="2" tradeDate="2025-03-04" quantity="-4" tradePrice="520" ibCommission="-1" taxes="0" buySell="SELL" levelOfDetail="EXECUTION" />
        <Trade currency="USD" assetCategory="CASH" symbol="USD.INR" isin="" tradeID="3" tradeDate="20250204" quantity="10" tradePrice="84" buySell="BUY" levelOfDetail="EXECUTION" />
        </Trades>
        <OpenPositions>
        <OpenPosition currency="USD" assetCategory="STK" symbol="NDX" isin="US46090E1038" position="26" levelOfDetail="SUMMARY" />
        <OpenPosition currency="USD" assetCategory="STK" symbol="NDX" isin="US46090E1038" position="20" costBasisPrice="300.25" openDateTime="2023-05-05;101010" holdingPeriodDateTime="2023-05-05;101010" levelOfDetail="LOT" />
        <OpenPosition currency="USD" assetCategory="STK" symbol="NDX" isin="US46090E1038" position="6" costBasisPrice="510.15" openDateTime="20250204;093000" holdingPeriodDateTime="20241220;093000" levelOfDetail="LOT" />
        </OpenPositions>
        </FlexStatement></FlexStatements></FlexQueryResponse>
        """;

    public static Statement Read(StatementKind kind, string text, Account? account = null, string? actions = null) =>
        Read(kind, Encoding.UTF8.GetBytes(text), account, actions);

    public static Statement Read(StatementKind kind, byte[] bytes, Account? account = null, string? actions = null)
    {
        var owner = account ?? (kind == StatementKind.Flex ? Global : Demat);
        return StatementFile.Read(
            kind, new StatementSource("s.txt", bytes, Household, owner, Today),
            actions is null ? null : new StatementSource("a.csv", Encoding.UTF8.GetBytes(actions), Household, owner, Today));
    }

    /// <summary>What a statement leads to when nothing else is known.</summary>
    public static LotReplay Replay(params Statement[] statements)
    {
        var account = Household.Account(statements[0].Account);
        return new AccountHistory(account.Id, account.Currency, new DateOnly(2000, 1, 1), [], [.. statements]).Replay();
    }

    public static (DateOnly Acquired, decimal Units, decimal Cost)[] Lots(LotReplay replay, string instrument)
    {
        Assert.Empty(replay.Faults.Select(f => f.Line));
        return [.. replay.Of(new InstrumentId(instrument)).Select(l => (l.Acquired, l.Remaining.Units, l.CostPerUnit.Amount))];
    }

    public static ImmutableArray<string> Faults(StatementKind kind, string text, Account? account = null, string? actions = null) =>
        Assert.Throws<ConfigurationException>(() => Read(kind, text, account, actions)).Faults;
}
