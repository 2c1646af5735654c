using System.Buffers;
using System.Text;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Tests.Kite;

public sealed class KiteFuzzTests
{
    // One good answer for each kind of reading, in the smallest shape that is read.
    private static readonly (string Reading, string Body)[] Good =
    [
        ("profile", """{"status":"success","data":{"user_id":"AB1234","meta":{"demat_consent":"consent"}}}"""),
        ("session", """{"status":"success","data":{"user_id":"AB1234","access_token":"T"}}"""),
        ("margins", """{"status":"success","data":{"available":{"live_balance":99725.05000000002,"collateral":0},"utilised":{"delivery":0}}}"""),
        ("holding rows", """{"status":"success","data":[{"tradingsymbol":"NIFTYBEES","exchange":"NSE","isin":"INF204KB14I2","quantity":1,"t1_quantity":2,"realised_quantity":1,"collateral_quantity":0,"used_quantity":0,"opening_quantity":3,"authorised_quantity":0,"authorised_date":"2026-11-20 00:00:00"}]}"""),
        ("order rows", """{"status":"success","data":[{"order_id":"1","status":"COMPLETE","exchange":"NSE","tradingsymbol":"NIFTYBEES","transaction_type":"BUY","quantity":2,"filled_quantity":2,"price":250.5,"product":"CNC","tag":"PR1","tags":["PR1"]}]}"""),
        ("trades", """{"status":"success","data":[{"trade_id":"7","order_id":"1","exchange":"NSE","tradingsymbol":"NIFTYBEES","transaction_type":"BUY","product":"CNC","quantity":2,"average_price":250,"fill_timestamp":"2026-11-20 09:16:39"}]}"""),
        ("quotes", """{"status":"success","data":{"NSE:NIFTYBEES":{"last_price":250.1,"last_trade_time":"2026-11-20 09:16:39","lower_circuit_limit":200,"upper_circuit_limit":300}}}"""),
        ("fund holdings", """{"status":"success","data":[{"tradingsymbol":"INF000K01AA1","folio":null,"quantity":10.123,"last_price_date":""}]}"""),
        ("fund orders", """{"status":"success","data":[{"order_id":"a-b","tradingsymbol":"INF000K01AA1","status":"COMPLETE","transaction_type":"SELL","amount":null,"quantity":1.5,"average_price":20.1,"order_timestamp":"2026-11-19 13:38"}]}"""),
        ("fund plans", """{"data":[{"sip_id":"1","tradingsymbol":"INF000K01AA1","status":"ACTIVE","instalment_amount":500.0,"next_instalment":"2026-11-26"}]}"""),
        ("instruments", "instrument_token,tradingsymbol,name,tick_size,lot_size,exchange\n1,NIFTYBEES,\"A, B\",0.01,1,NSE\n"),
        ("schemes", "tradingsymbol,name,purchase_allowed,redemption_allowed,minimum_purchase_amount,minimum_additional_purchase_amount,purchase_amount_multiplier,minimum_redemption_quantity,settlement_type\nINF1,A,1,0,1000,500,1,0.001,T1\n"),
    ];

    private static readonly string[] Numbers = ["-1", "0", "1e400", "79228162514264337593543950335", "-79228162514264337593543950335", "0.0000000000000000000000000001", "\"12\"", "\"NaN\"", "null", "[]", "{}", "true", "1e-30"];

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private static int Count => Environment.GetEnvironmentVariable("NIGHTLY") == "1" ? 5_000 : 120;

    [Fact]
    public async Task The_smallest_good_answers_are_read()
    {
        await using var readings = await KiteReadings.OpenAsync();
        foreach (var (reading, body) in Good)
        {
            var thrown = await readings.ReadAsync(reading, Encoding.UTF8.GetBytes(body));
            Assert.True(thrown is null, $"{reading}: {thrown?.Message}");
        }
    }

    [Fact]
    public async Task Whatever_comes_only_the_adapters_own_exception_goes_out()
    {
        var random = new Random(20261120);
        await using var readings = await KiteReadings.OpenAsync();
        for (var i = 0; i < Count; i++)
        {
            var (_, body) = Good[random.Next(Good.Length)];
            await readings.ReadAllAsync(random.Next(4) == 0 ? Noise(random) : Encoding.UTF8.GetBytes(Changed(body, random)), random.Next(5) == 0 ? 500 : 200);
        }
    }

    [Fact]
    public async Task Every_number_of_every_answer_may_be_anything()
    {
        await using var readings = await KiteReadings.OpenAsync();
        foreach (var (_, body) in Good.Where(g => g.Body[0] == '{'))
        {
            foreach (var (start, length) in NumbersIn(body))
            {
                foreach (var number in Numbers)
                {
                    await readings.ReadAllAsync(Encoding.UTF8.GetBytes(string.Concat(body.AsSpan(0, start), number, body.AsSpan(start + length))));
                }
            }
        }
    }

    [Fact]
    public async Task A_placement_that_is_answered_with_anything_is_in_doubt_or_acknowledged()
    {
        var random = new Random(7);
        await using var readings = await KiteReadings.OpenAsync();
        for (var i = 0; i < Count; i++)
        {
            await readings.ReadAsync("placed", Noise(random));
            Assert.IsType<PlacementOutcome.InDoubt>(await readings.Broker.PlaceAsync(KiteTown.Buy(1, 250m), KiteTown.Token));
        }

        await readings.ReadAsync("placed", """{"status":"success","data":{"order_id":" "}}"""u8.ToArray());
        Assert.IsType<PlacementOutcome.InDoubt>(await readings.Broker.PlaceAsync(KiteTown.Buy(1, 250m), KiteTown.Token));
        await readings.ReadAsync("placed", """{"status":"error","message":"new","error_type":"NewException"}"""u8.ToArray(), 400);
        Assert.IsType<PlacementOutcome.InDoubt>(await readings.Broker.PlaceAsync(KiteTown.Buy(1, 250m), KiteTown.Token));
    }

    [Theory]
    [InlineData("\"quantity\":1,", "\"quantity\":9,", "which its realised_quantity 1, t1_quantity 2 and used_quantity 0 do not make")]
    [InlineData("\"opening_quantity\":3", "\"opening_quantity\":4", "has opening_quantity 4")]
    [InlineData("\"t1_quantity\":2", "\"t1_quantity\":-2", "is no number of units")]
    public async Task A_holding_whose_numbers_do_not_fit_together_is_refused(string old, string changed, string why)
    {
        // The same answer cannot be both: trades come as holdings here, so the rows are asked alone.
        await using var town = await KiteTown.OpenAsync();
        var body = Good.Single(g => g.Reading == "holding rows").Body.Replace(old, changed, StringComparison.Ordinal);
        var rows = System.Text.Json.JsonSerializer.Deserialize(body, Adapters.Brokers.Kite.KiteJson.Default.EnvelopeHoldingArray)!.Data!;
        var book = new Adapters.Brokers.Kite.KiteBook(town.Household, town.Account, town.Calendars);
        var e = Assert.Throws<UpstreamException>(() => Adapters.Brokers.Kite.KiteHoldings.Of(book, rows, [], new DateOnly(2026, 11, 20)));
        Assert.Contains(why, e.Message, StringComparison.Ordinal);
        Assert.Equal(UpstreamFault.Unreadable, e.Fault);
    }

    private static byte[] Noise(Random random)
    {
        var bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        return random.Next(3) == 0 ? [0x1f, 0x8b, .. bytes] : bytes;
    }

    private static string Changed(string body, Random random)
    {
        var text = new StringBuilder(body);
        for (var i = random.Next(1, 4); i > 0 && text.Length > 2; i--)
        {
            var at = random.Next(text.Length - 1);
            switch (random.Next(4))
            {
                case 0:
                    text.Remove(at, Math.Min(random.Next(1, 12), text.Length - at));
                    break;
                case 1:
                    text.Insert(at, Numbers[random.Next(Numbers.Length)]);
                    break;
                case 2:
                    text[at] = (char)random.Next(32, 127);
                    break;
                default:
                    text.Insert(at, text.ToString(at, Math.Min(20, text.Length - at)));
                    break;
            }
        }

        return text.ToString();
    }

    private static IEnumerable<(int Start, int Length)> NumbersIn(string body)
    {
        for (var i = 1; i < body.Length; i++)
        {
            var length = body.AsSpan(i).IndexOfAnyExcept(Digits);
            if (body[i - 1] == ':' && length > 0)
            {
                yield return (i, length);
            }
        }
    }
}
