using System.Text;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Prices;
using static PerpetualRebalancing.Adapters.Tests.Prices.PriceCase;

namespace PerpetualRebalancing.Adapters.Tests.Prices;

/// <summary>Whatever the bytes are, an answer is read or refused: no other exception leaves a parser, and no value that is no price. It
/// caught a NAV of 10⁻²⁸ that was believed.</summary>
public class PriceFuzzTests
{
    private static readonly int Cases = Environment.GetEnvironmentVariable("NIGHTLY") == "1" ? 100_000 : 2_000;

    // What breaks parsers: extremes, half characters, signs and separators where none belong.
    private static readonly string[] Tokens =
    [
        "", "-", "0", "1e999", "-1", "79228162514264337593543950335", "0.0000000000000000000000000001", "9223372036854775807", "\"", ",", ";", "\n", "\0",
        "\uFEFF", "é", "null", "{", "[", "]", "}", "<", "\\ud800", "31-Dec-9999", "9999-12-31", "0001-01-01", "GBp", "[[[[[[[[", "NaN", "true",
    ];

    private static readonly HashSet<string> Wanted = ["119551", "INF209K01YM2"];

    private static readonly Dictionary<string, (string Text, Func<Answer, IEnumerable<decimal>> Read)> Parsers = new()
    {
        ["amfi"] = (
            "Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Plan;Option;Net Asset Value;Date\r\n \r\nOpen Ended Schemes(X)\r\n"
            + "119551;INF209KA12Z1;INF209KA13Z9;A;Direct Plan;IDCW;106.8821;21-Aug-2026\r\n119552;INF209K01YM2;-;B;;;10.;21-Aug-2026\r\n",
            a => [.. AmfiApi.Rows(a, Wanted).Select(_ => 1m)]),
        ["mfapi"] = (
            """{"meta":{"scheme_code":1,"isin_growth":"INF209KA12Z1","isin_div_reinvestment":null},"data":[{"date":"26-10-2024","nav":"892.45600"}],"status":"SUCCESS"}""",
            a => [MfapiApi.Read(a, "1").Nav]),
        ["yahoo"] = (
            """{"chart":{"result":[{"meta":{"currency":"GBp","symbol":"X","regularMarketTime":1740051143,"gmtoffset":0,"regularMarketPrice":305.3,"priceHint":2},"timestamp":[1577952000,null],"indicators":{"quote":[{"close":[305.29998779,null]}]}}],"error":null}}""",
            a => [YahooApi.Read(a, "X").Price]),
        ["yahoo closes"] = (
            """{"chart":{"result":[{"meta":{"currency":"USD","symbol":"X","gmtoffset":-18000,"priceHint":2},"timestamp":[1577952000,1577952001],"indicators":{"quote":[{"close":[305.29998779,306]}]}}],"error":null}}""",
            a => [YahooApi.Read(a, "X").Price]),
        ["frankfurter"] = ("""{"amount":1.0,"base":"USD","date":"2026-11-19","rates":{"INR":88.25}}""", a => [FrankfurterApi.ReadLatest(a, "USD", "INR").Value]),
        ["frankfurter blend"] = ("""{"date":"2026-11-19","base":"USD","quote":"INR","rate":88.25}""", a => [FrankfurterApi.ReadBlended(a, "USD", "INR").Value]),
        ["cboe"] = ("DATE,OPEN,HIGH,LOW,CLOSE\r\n01/02/1990,17.24,17.24,17.24,17.24\r\n\"01/03/1990\",18.19,18.19,18.19,18.19\r\n", a => [CboeApi.Read(a).Value]),
        ["fred"] = ("observation_date,VIXCLS\n2026-07-30,16.5\n2026-07-31,.\n2026-08-03,\n", a => [FredApi.Read(a).Value]),
    };

    public static IEnumerable<TheoryDataRow<string>> Names() => Parsers.Keys.Select(n => new TheoryDataRow<string>(n));

    [Theory]
    [MemberData(nameof(Names))]
    public void Mutated_answers_are_read_or_refused(string name)
    {
        var random = new Random(20261121);
        var (text, read) = Parsers[name];
        Assert.NotEmpty(read(Answered(text)));
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var i = 0; i < Cases; i++)
        {
            Try(name, read, Mutation.Of(bytes, Tokens, random), random.Next(4) == 0 ? 404 : 200);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Random_bytes_are_refused(string name)
    {
        var random = new Random(20261122);
        for (var i = 0; i < Cases; i++)
        {
            var bytes = new byte[random.Next(0, 200)];
            random.NextBytes(bytes);
            Assert.False(Try(name, Parsers[name].Read, bytes, 200));
        }
    }

    private static bool Try(string name, Func<Answer, IEnumerable<decimal>> read, byte[] bytes, int status)
    {
        try
        {
            Assert.All(read(Answered(bytes, status)), value => Assert.InRange(value, 0.000_001m, 1_000_000_000m));
            return true;
        }
        catch (UpstreamException e)
        {
            Assert.DoesNotContain('\n', e.Message);
            return false;
        }
        catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
        {
            throw new InvalidOperationException($"{name} broke on {Convert.ToBase64String(bytes)}", e);
        }
    }
}
