using System.Text;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Statements;
using static PerpetualRebalancing.Adapters.Tests.Statements.StatementCase;

namespace PerpetualRebalancing.Adapters.Tests.Statements;

/// <summary>Whatever the bytes are, a file is read or refused with lines for a person; no other exception leaves an importer or the replay.</summary>
public class StatementFuzzTests
{
    private static readonly int Cases = Environment.GetEnvironmentVariable("NIGHTLY") == "1" ? 100_000 : 1_500;

    private const string Plain =
        "date,action,instrument,units,price,charges,ratio,into,intoUnits,acquired,folio,lot\n2025-01-06,buy,NIFTY,10,100,0,,,,,,\n2025-01-07,split,NIFTY,,,,10:1,,,,,\n"
        + "2025-01-08,consolidate,NIFTY,50,,,,GOLD,7,,,\n2025-01-09,transfer-in,NIFTY,5,1,,,,,2020-01-01,F,\n2025-02-01,lot,GILT,5,1,,,,,2020-01-01,F,x\n2025-03-01,sell,GOLD,1,1,,,,,,,\n";

    // What breaks parsers: extremes, half characters, signs and separators where none belong.
    private static readonly string[] Tokens =
        ["", "-", "0", "1e999", "-1", "79228162514264337593543950335", "0.0000000000000000000000000001", "999999999999", "\"", ",", "\n", "\0", "\uFEFF", "é", "null", "{", "[", "<", ">", "&#x0;", "\\ud800", "9999-12-31", "0001-01-01", "10000:0.0001"];

    [Theory]
    [InlineData(StatementKind.Plain, Plain)]
    [InlineData(StatementKind.Actions, "date,action,instrument,units,ratio,formerIsin\n2025-06-11,split,NIFTY,,10:1,INF179K01VY8\n2025-06-13,bonus,NIFTY,5,,\n")]
    [InlineData(StatementKind.Zerodha, Tradebook)]
    [InlineData(StatementKind.Casparser, Cas)]
    [InlineData(StatementKind.Flex, Flex)]
    public void Mutated_files_are_read_or_refused(StatementKind kind, string text)
    {
        var random = new Random(20261121);
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var i = 0; i < Cases; i++)
        {
            Try(kind, Mutation.Of(bytes, Tokens, random));
        }
    }

    [Theory]
    [InlineData(StatementKind.Plain)]
    [InlineData(StatementKind.Actions)]
    [InlineData(StatementKind.Zerodha)]
    [InlineData(StatementKind.Casparser)]
    [InlineData(StatementKind.Flex)]
    public void Random_bytes_are_refused(StatementKind kind)
    {
        var random = new Random(20261122);
        for (var i = 0; i < Cases; i++)
        {
            var bytes = new byte[random.Next(0, 200)];
            random.NextBytes(bytes);
            Try(kind, bytes);
        }
    }

    private static void Try(StatementKind kind, byte[] bytes)
    {
        try
        {
            var replay = Replay(Read(kind, bytes));
            Assert.All(replay.Lots.Values.SelectMany(l => l), l => Assert.True(l.Remaining.Units > 0m && l.CostPerUnit.Amount >= 0m));
        }
        catch (ConfigurationException e)
        {
            Assert.All(e.Faults, f => Assert.DoesNotContain('\n', f));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{kind} broke on {Convert.ToBase64String(bytes)}", e);
        }
    }
}
