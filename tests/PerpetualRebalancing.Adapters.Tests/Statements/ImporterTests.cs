using System.Text;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Statements;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Lots;
using static PerpetualRebalancing.Adapters.Tests.Statements.StatementCase;

namespace PerpetualRebalancing.Adapters.Tests.Statements;

public class ImporterTests
{
    [Fact]
    public void A_tradebooks_fills_become_one_lot_per_order_at_their_average_price()
    {
        var statement = Read(StatementKind.Zerodha, Tradebook);
        Assert.Equal((new DateOnly(2025, 6, 9), new DateOnly(2025, 6, 12)), (statement.From, statement.To));
        var replay = Replay(statement);
        Assert.Equal([(new DateOnly(2025, 6, 9), 300m, 67.6m)], Lots(replay, "NIFTY"));
        Assert.Equal((200m, 66m), (replay.Disposals[0].Units.Units, replay.Disposals[0].NetPrice));
    }

    [Fact]
    public void A_corporate_actions_file_fills_what_the_tradebook_leaves_out()
    {
        const string Actions = "date,action,instrument,units,ratio,formerIsin\n2025-06-11,split,NIFTY,,10:1,INF179K01VY8\n2025-06-13,bonus,INF204KB14I2,5,,\n";
        var book = Tradebook.Replace("450.000000,67.500000", "450.000000,675.00", StringComparison.Ordinal)
            .Replace("50.000000,68.500000", "50.000000,675.00", StringComparison.Ordinal);
        Assert.Equal(
            [(new DateOnly(2025, 6, 9), 4800m, 67.5m), (new DateOnly(2025, 6, 13), 5m, 0m)],
            Lots(Replay(Read(StatementKind.Zerodha, book, actions: Actions)), "NIFTY"));
    }

    [Fact]
    public void A_corporate_action_that_comes_with_two_files_or_alone_happens_once()
    {
        // Caught: each of two tradebooks that came with the same list split the units again, and a list that came alone was lost.
        const string Actions = "date,action,instrument,ratio\n2025-06-13,split,NIFTY,10:1\n";
        var later = Tradebook.Replace("2025-06-", "2026-06-", StringComparison.Ordinal).Replace(",900", ",800", StringComparison.Ordinal).Replace("sell,false,200", "sell,false,20", StringComparison.Ordinal);
        var lots = Lots(Replay(Read(StatementKind.Zerodha, Tradebook, actions: Actions), Read(StatementKind.Zerodha, later, actions: Actions)), "NIFTY");
        Assert.Equal([2980m, 500m], lots.Select(l => l.Units));
        Assert.Equal([(new DateOnly(2025, 6, 9), 3000m, 6.76m)], Lots(Replay(Read(StatementKind.Zerodha, Tradebook), Read(StatementKind.Actions, Actions)), "NIFTY"));
    }

    [Fact]
    public void A_consolidated_statement_is_first_in_first_out_per_folio_with_stamp_duty_in_the_cost()
    {
        var statement = Read(StatementKind.Casparser, Cas);
        Assert.Equal(new StatementOwner("ASHA  RAO", "AAAAA1111A", null), statement.Owner);
        var replay = Replay(statement);
        Assert.Equal([(new DateOnly(2024, 4, 2), 60m, 10m)], Lots(replay, "GILT"));
        Assert.Equal("demat/GILT/11/22/2024-04-02", replay.Of(new InstrumentId("GILT"))[0].Id.Value);
        Assert.Equal((11m, 10m), (replay.Disposals[0].NetPrice, replay.Disposals[0].Taken[0].CostPerUnit.Amount));
    }

    [Fact]
    public void A_merger_of_schemes_in_a_consolidated_statement_carries_cost_and_date()
    {
        var cas = Cas.Replace("\"-440\", \"units\": \"-40.000\", \"nav\": \"11.0\", \"balance\": \"60.000\", \"type\": \"REDEMPTION\"",
                "\"-1000\", \"units\": \"-100.000\", \"nav\": \"10\", \"balance\": \"0.000\", \"type\": \"SWITCH_OUT_MERGER\"", StringComparison.Ordinal)
            .Replace("\"60.000\", \"close_calculated\": \"60.000\"", "\"0\", \"close_calculated\": 0.000", StringComparison.Ordinal)
            .Replace("    ] }\n  ],", """
                    , { "scheme": "Nifty", "isin": "INF204KB14I2", "open": "0", "close": "25.000", "close_calculated": "25.000",
                        "transactions": [ { "date": "2024-09-02", "amount": "1000", "units": "25.000", "nav": "40", "balance": "25.000", "type": "SWITCH_IN_MERGER" } ] } ] }
                ],
                """, StringComparison.Ordinal);
        var replay = Replay(Read(StatementKind.Casparser, cas));
        Assert.Empty(Lots(replay, "GILT"));
        Assert.Equal([(new DateOnly(2024, 4, 2), 25m, 40m)], Lots(replay, "NIFTY"));
        Assert.Empty(replay.Disposals);
    }

    [Fact]
    public void A_flex_query_gives_the_brokers_own_lots_and_the_trades_since()
    {
        var statement = Read(StatementKind.Flex, Flex);
        Assert.Equal(new StatementOwner("Asha Rao", null, "U7654321"), statement.Owner);
        var replay = Replay(statement);
        Assert.Equal([(new DateOnly(2023, 5, 5), 20m, 300.25m), (new DateOnly(2025, 2, 4), 6m, 510.15m)], Lots(replay, "NDX"));

        // A wash sale made the second lot older than its purchase.
        Assert.Equal((new DateOnly(2024, 12, 20), true), (replay.Of(new InstrumentId("NDX"))[1].HeldSince, replay.Of(new InstrumentId("NDX"))[1].IsReplacement));
        Assert.Equal(519.75m, replay.Disposals[0].NetPrice);
    }

    [Fact]
    public void A_flex_query_whose_lots_do_not_add_up_to_its_positions_is_a_fault() =>
        Assert.StartsWith(
            "s.txt: line 10, OpenPosition, closing units: counts 27 units of NDX on 2025-12-31, but what is known leads to 26",
            Assert.Single(Replay(Read(StatementKind.Flex, Flex.Replace("position=\"26\"", "position=\"27\"", StringComparison.Ordinal))).Faults).Line, StringComparison.Ordinal);

    [Theory]
    [InlineData("\uFEFF", "\n")]
    [InlineData("", "\r\n")]
    [InlineData("\uFEFF", "\r\n")]
    public void Byte_order_marks_and_windows_line_ends_are_read(string mark, string end)
    {
        foreach (var (kind, text) in new[] { (StatementKind.Zerodha, Tradebook), (StatementKind.Casparser, Cas), (StatementKind.Flex, Flex) })
        {
            var plain = Replay(Read(kind, text));
            var changed = mark + text.ReplaceLineEndings(end);
            Assert.Equal(kind, StatementFile.KindOf(new StatementSource("s", Encoding.UTF8.GetBytes(changed), Household, Demat, Today)));
            Assert.Equal(plain.Lots.Values.SelectMany(l => l), Replay(Read(kind, changed)).Lots.Values.SelectMany(l => l));
        }
    }

    [Fact]
    public void Lakh_separators_are_read()
    {
        const string Text = "date,action,instrument,units,price\n2025-01-06,buy,GOLD,\"1,00,000\",\"1,23,456.78\"\n2025-01-07,buy,GOLD,\"250,000\",1\n";
        Assert.Equal([(new DateOnly(2025, 1, 6), 100_000m, 123_456.78m), (new DateOnly(2025, 1, 7), 250_000m, 1m)], Lots(Replay(Read(StatementKind.Plain, Text)), "GOLD"));
        Assert.Equal(1010m, Replay(Read(StatementKind.Casparser, Cas.Replace("\"999.95\"", "\"1,00,999.95\"", StringComparison.Ordinal))).Disposals[0].Taken[0].CostPerUnit.Amount);
    }

    [Fact]
    public void What_is_exported_imports_to_the_same_lots_again()
    {
        var lots = Replay(Read(StatementKind.Plain, """
            date,action,instrument,units,price,charges,folio,acquired
            2025-01-06,buy,GOLD,3,7,1,,
            2025-01-06,buy,GOLD,5,7.25,,,
            2025-02-06,transfer-in,GOLD,11,2.5,,,2019-02-28
            2025-03-06,buy,GILT,10.123,33.333333,0.05,77/1,
            2025-04-06,sell,GOLD,4,9,,,

            """)).Lots.OrderBy(l => l.Key.Value, StringComparer.Ordinal).SelectMany(l => l.Value).ToArray();
        Assert.Equal(3, lots.Length);
        var export = PlainStatementWriter.Write(lots, Today);
        var again = Replay(Read(StatementKind.Plain, export)).Lots.OrderBy(l => l.Key.Value, StringComparer.Ordinal).SelectMany(l => l.Value).ToArray();
        Assert.Equal(lots, again);
        Assert.Equal(export, PlainStatementWriter.Write(again, Today));
    }

    [Fact]
    public void A_document_type_declaration_is_refused()
    {
        // Entities can read other files, or make a small file a very large one.
        var bomb = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b SYSTEM \"file:///etc/hostname\">]>" + Flex.Replace("Asha Rao", "&b;", StringComparison.Ordinal);
        Assert.StartsWith("s.txt: line 1: is malformed XML: For security reasons DTD is prohibited", Assert.Single(Faults(StatementKind.Flex, bomb)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_statement_says_what_would_be_one()
    {
        var fault = Assert.Throws<ConfigurationException>(() => StatementFile.KindOf(new StatementSource("notes.txt", "dear diary"u8.ToArray(), Household, Demat, Today)));
        Assert.Equal("notes.txt: line 1: is 'dear diary'; allowed: casparser JSON, a Zerodha tradebook, an IBKR Flex query in XML, or the plain CSV; else say --kind", fault.Message);
    }
}
