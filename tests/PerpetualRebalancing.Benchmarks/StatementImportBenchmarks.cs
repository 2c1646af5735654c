using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using PerpetualRebalancing.Adapters.Statements;
using PerpetualRebalancing.Domain.Lots;

namespace PerpetualRebalancing.Benchmarks;

/// <summary>A tradebook of 5,000 fills from its bytes to lots and disposals: read, matched, replayed.</summary>
[MemoryDiagnoser]
public class StatementImportBenchmarks
{
    private StatementSource _source = null!;

    [GlobalSetup]
    public void Setup()
    {
        var household = new BenchmarkHousehold(1).Policy;
        var account = household.Accounts[0];
        var instrument = household.Instruments.First(i => i.Accounts.Contains(account.Id));
        household = household with { Instruments = household.Instruments.Replace(instrument, instrument with { Isin = "INF204KB14I2" }) };
        var text = new StringBuilder("symbol,isin,trade_date,exchange,segment,series,trade_type,auction,quantity,price,trade_id,order_id,order_execution_time\n");
        for (var row = 0; row < 5_000; row++)
        {
            var day = new DateOnly(2015, 1, 5).AddDays(row / 2).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{instrument.Id},INF204KB14I2,{day},NSE,EQ,EQ,{(row % 3 == 2 ? "sell" : "buy")},false,{10 + (row % 7)}.000000,{100 + (row % 50)}.250000,{row},{row},{day}T10:00:00\n");
        }

        _source = new StatementSource("tradebook.csv", Encoding.UTF8.GetBytes(text.ToString()), household, account, new DateOnly(2026, 6, 30));
    }

    [Benchmark]
    public int Import_5000_rows()
    {
        var statement = StatementFile.Read(StatementKind.Zerodha, _source, null);
        var replay = new AccountHistory(_source.Account.Id, _source.Account.Currency, new DateOnly(2000, 1, 1), [], [statement]).Replay();
        return replay.Faults.IsEmpty ? replay.Lots.Values.Sum(l => l.Length) : throw new InvalidOperationException(replay.Faults[0].Line);
    }
}
