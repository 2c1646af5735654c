using PerpetualRebalancing.Adapters.Statements;
using static PerpetualRebalancing.Adapters.Tests.Statements.StatementCase;

namespace PerpetualRebalancing.Adapters.Tests.Statements;

/// <summary>One mistake in a file makes a fault with line and field, and nothing is read.</summary>
public class BadStatementTests
{
    private const string Plain = "date,action,instrument,units,price,charges,ratio\n2025-01-06,buy,INF204KB14I2,10,100,0,\n2025-01-07,sell,NIFTY,5,110,1,\n";

    public static TheoryData<StatementKind, string, string, string> Mistakes => new()
    {
        { StatementKind.Plain, "2025-01-06", "2026-07-01", "line 2, date: is 2026-07-01, which is in the future; allowed: a day up to 2026-06-30" },
        { StatementKind.Plain, "2025-01-06", "06-01-2025", "line 2, date: is '06-01-2025'; allowed: a day like 2026-06-30" },
        { StatementKind.Plain, ",10,", ",-10,", "line 2, units: is '-10'; allowed: a number from 0.000001 to 1000000000000 units, like 1234.56 or 1,234.56" },
        { StatementKind.Plain, ",10,", ",\"1,5\",", "line 2, units: is '1,5'; allowed: a number from 0.000001" },
        { StatementKind.Plain, "INF204KB14I2", "INF204KB14I3", "line 2, instrument: is 'INF204KB14I3', which no instrument of the household has; allowed: the isin or id of an instrument" },
        { StatementKind.Plain, "INF204KB14I2", "", "line 2, instrument: is missing; allowed: the ISIN or the id of an instrument" },
        { StatementKind.Plain, "INF204KB14I2", "NDX", "line 2, instrument: 'NDX' is NDX, which demat cannot hold; allowed: global" },
        { StatementKind.Plain, "buy", "bought", "line 2, action: is 'bought'; allowed: buy, sell, split" },
        { StatementKind.Plain, "110,1,\n", "110,1,", "the last line: has no line end: the file may have been cut off; allowed: a line end after the last row" },
        { StatementKind.Plain, "110,1,\n", "11\n", "line 3: has 5 fields; allowed: 7 fields, as the first line has; is the file complete?" },
        { StatementKind.Plain, "110,1,", "110,600,", "line 3, charges: is 600, not less than the sale's value; allowed: the deductible charges of the sale" },
        { StatementKind.Plain, "sell,NIFTY,5,110,1,", "split,NIFTY,,,,10", "line 3, ratio: is '10'; allowed: new units for so many old ones, like 10:1" },
        { StatementKind.Plain, "units", "unit", "line 1, unit: is not a known column; allowed: date, action, instrument, units" },
        { StatementKind.Zerodha, "buy,false,450.000000", "buy,false,-450", "line 2, quantity: is '-450'; allowed: a number from 0.000001" },
        { StatementKind.Zerodha, "INF204KB14I2,2025-06-12", ",2025-06-12", "line 4, isin: is missing for 'NIFTYBEES'; allowed: an ISIN" },
        { StatementKind.Zerodha, "INF204KB14I2,2025-06-12", "INE040H01021,2025-06-12", "line 4, isin: is 'INE040H01021' ('NIFTYBEES'), which no instrument of the household has" },
        { StatementKind.Zerodha, "sell,false", "short,false", "line 4, trade_type: is 'short'; allowed: buy, sell" },
        { StatementKind.Zerodha, "12:04:50", "12:0", "line 4, order_execution_time: is '2025-06-12T12:0'; allowed: a time like 2026-06-30T10:22:33; is the file complete?" },
        { StatementKind.Zerodha, "68.500000,102", "68.500000,101", "line 3, trade_id: 101 is there twice; allowed: each fill once" },
        { StatementKind.Zerodha, "2025-06-12,NSE,EQ", "2025-06-12,NSE,FO", "line 4, segment: is 'FO'; allowed: EQ or MF" },
        { StatementKind.Casparser, "\"parse_warnings\": []", "\"parse_warnings\": [\"page 3\"]", "line 17, parse_warnings[0], parse_warnings: casparser was not sure: 'page 3'; allowed: a statement that it reads without a warning" },
        { StatementKind.Casparser, "\"close\": \"60.000\"", "\"close\": \"61.000\"", "line 8, folios[0].schemes[0], close_calculated: is 60, and close is 61" },
        { StatementKind.Casparser, "\"units\": \"-40.000\"", "\"units\": \"-41.000\"", "line 13, folios[0].schemes[0].transactions[2], balance: is 60, but the lines before it lead to 59" },
        { StatementKind.Casparser, "\"units\": \"-40.000\"", "\"units\": \"40.000\"", "line 13, folios[0].schemes[0].transactions[2], balance: is 60, but the lines before it lead to 140" },
        { StatementKind.Casparser, "\"INF179K01VY8\"", "null", "line 8, folios[0].schemes[0], isin: is missing for 'Gilt Direct'; allowed: an ISIN" },
        { StatementKind.Casparser, "\"DETAILED\"", "\"SUMMARY\"", "line 4, cas_type, cas_type: is 'SUMMARY'; allowed: DETAILED: a summary lists no transactions" },
        { StatementKind.Casparser, "31-Mar-2025", "31-Mar-2027", "line 2, statement_period, to: the period is 2024-04-01 to 2027-03-31; allowed: a period that begins before it ends, up to 2026-06-30" },
        { StatementKind.Casparser, "\"2024-09-02\"", "\"2025-09-02\"", "line 13, folios[0].schemes[0].transactions[2], date: is '2025-09-02'; allowed: a day of the period, 2024-04-01 to 2025-03-31" },
        { StatementKind.Casparser, "REDEMPTION", "SEGREGATION", "line 13, folios[0].schemes[0].transactions[2], type: is 'SEGREGATION' with -40 units" },
        { StatementKind.Casparser, "\"parse_warnings\": []\n}", "", "line 17: is malformed JSON:" },
        { StatementKind.Flex, "quantity=\"-4\"", "quantity=\"4\"", "line 6, Trade, quantity: is 4 for SELL; allowed: above 0 for BUY, below 0 for SELL" },
        { StatementKind.Flex, "toDate=\"20251231\"", "toDate=\"20261231\"", "line 2, FlexStatement, toDate: is 2026-12-31, which is too late; allowed: a day like 20260630 or 2026-06-30, up to 2026-06-30" },
        { StatementKind.Flex, "</FlexStatement></FlexStatements></FlexQueryResponse>", "", "line 14: is malformed XML:" },
        { StatementKind.Flex, "position=\"20\"", "position=\"-20\"", "line 11, OpenPosition, position: is -20; allowed: units that are owned" },
        { StatementKind.Flex, "currency=\"USD\" assetCategory=\"STK\" symbol=\"NDX\" isin=\"US46090E1038\" tradeID=\"1\"", "currency=\"EUR\" assetCategory=\"STK\" symbol=\"NDX\" isin=\"US46090E1038\" tradeID=\"1\"", "line 5, Trade, currency: is 'EUR'; allowed: USD, the currency of global" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void One_mistake_is_one_line_with_its_place_and_field(StatementKind kind, string old, string changed, string fault)
    {
        var text = kind switch { StatementKind.Plain => Plain, StatementKind.Zerodha => Tradebook, StatementKind.Casparser => Cas, _ => Flex };
        var at = text.IndexOf(old, StringComparison.Ordinal);
        Assert.True(at >= 0, old);
        var faults = Faults(kind, text[..at] + changed + text[(at + old.Length)..]);
        Assert.StartsWith($"s.txt: {fault}", faults[0], StringComparison.Ordinal);
        Assert.All(faults, f => Assert.DoesNotContain('\n', f));
    }

    [Fact]
    public void A_statement_with_folios_of_two_persons_is_refused_and_the_number_is_not_shown()
    {
        var second = Cas.IndexOf("{ \"folio\"", StringComparison.Ordinal);
        var folio = Cas[second..Cas.IndexOf("  ],\n  \"parse", StringComparison.Ordinal)].TrimEnd();
        var faults = Faults(StatementKind.Casparser, Cas.Insert(second, folio.Replace("AAAAA1111A", "BBBBB2222B", StringComparison.Ordinal) + ","));
        Assert.Contains("PAN: differs from the PAN of the folios before it; allowed: a statement with the folios of one person", Assert.Single(faults), StringComparison.Ordinal);
        Assert.DoesNotContain("1111", faults[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_corporate_action_that_is_there_twice_is_refused() => Assert.Equal(
        "a.csv: line 3, action: is there twice for NIFTY on 2025-06-11; allowed: each corporate action once",
        Assert.Single(Faults(StatementKind.Zerodha, Tradebook, actions: "date,action,instrument,ratio\n2025-06-11,split,NIFTY,10:1\n2025-06-11,split,NIFTY,5:1\n")));

    [Fact]
    public void A_file_with_a_thousand_faults_shows_the_first_twenty()
    {
        var rows = string.Concat(Enumerable.Repeat("2025-01-06,buy,NOPE,1,1,0,\n", 1000));
        var faults = Faults(StatementKind.Plain, "date,action,instrument,units,price,charges,ratio\n" + rows);
        Assert.Equal(21, faults.Length);
        Assert.Equal("s.txt: and 980 more faults like these", faults[^1]);
    }

    [Fact]
    public void Two_files_that_tell_one_trade_differently_contradict_each_other()
    {
        var first = Read(StatementKind.Zerodha, Tradebook);
        var second = Read(StatementKind.Zerodha, Tradebook.Replace("200.000000,66.000000", "100.000000,66.000000", StringComparison.Ordinal));
        Assert.Contains("trade 9002 (sale) of 2025-06-12 is a sale of 100 at 66, but s.txt says a sale of 200 at 66", Assert.Single(Replay(first, second).Faults).Line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_statement_that_opens_with_units_nobody_knows_is_refused()
    {
        var cas = Cas.Replace("\"open\": \"0.000\", \"close\": \"60.000\", \"close_calculated\": \"60.000\"", "\"open\": \"5\", \"close\": \"65.000\", \"close_calculated\": \"65.000\"", StringComparison.Ordinal)
            .Replace("\"balance\": \"100.000\"", "\"balance\": \"105.000\"", StringComparison.Ordinal).Replace("\"balance\": \"60.000\"", "\"balance\": \"65.000\"", StringComparison.Ordinal);
        Assert.StartsWith(
            "s.txt: line 8, folios[0].schemes[0], opening units: counts 5 units of GILT in folio 11/22 on 2024-04-01, but what is known leads to 0; allowed: a statement from the first purchase on",
            Replay(Read(StatementKind.Casparser, cas)).Faults[0].Line, StringComparison.Ordinal);
    }
}
