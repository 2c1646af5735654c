using System.Text;
using PerpetualRebalancing.Adapters.Brokers.Ibkr;
using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Tests.Ibkr;

/// <summary>Whatever the bytes are, an answer is read or refused: no other exception leaves the adapter, and it never hangs.</summary>
public class IbkrFuzzTests
{
    private static readonly int Cases = Environment.GetEnvironmentVariable("NIGHTLY") == "1" ? 2_000 : 150;

    private static readonly int[] Statuses = [200, 200, 200, 200, 400, 401, 404, 500, 503];

    // What breaks parsers: extremes, half characters, signs and separators where none belong.
    private static readonly string[] Tokens =
    [
        "", "-", "0", "1e999", "-1", "79228162514264337593543950335", "0.0000000000000000000000000001", "9223372036854775807", "\"", ",", "\0", "é", "null", "{", "[", "]",
        "}", "<", "\\ud800", "NaN", "true", "253402300800000", "-62135596800001", "\"error\":\"\\ud800\",", "[[[[[[[[",
    ];

    public static TheoryData<string> Names => [.. IbkrReading.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Answers_of_every_endpoint_are_read_or_refused(string name)
    {
        var reading = IbkrReading.All[name];
        var random = new Random(20261121);
        await using var town = await IbkrTown.StartAsync(terms => terms with { Retries = 0 });
        await town.SessionAsync();
        await town.Session.RequireAccountAsync("U1234567", IbkrTown.Stop);
        await town.Session.RequirePortfolioAsync("U1234567", IbkrTown.Stop);
        var good = Encoding.UTF8.GetBytes(reading.Good);
        Assert.Null(await reading.TryAsync(town, good, 200, t => reading.Read(t.Session.Api)));
        for (var i = 0; i < Cases; i++)
        {
            var bytes = random.Next(5) == 0 ? Mutation.Noise(random) : Mutation.Of(good, Tokens, random);
            var status = Statuses[random.Next(Statuses.Length)];
            await reading.TryAsync(town, bytes, status, t => reading.Read(t.Session.Api));
            if (reading.Use is { } use)
            {
                await reading.TryAsync(town, bytes, status, use);
            }
        }
    }

    [Fact]
    public void Statements_are_whole_or_refused()
    {
        var random = new Random(20261122);
        var good = Encoding.UTF8.GetBytes("""<FlexStatementResponse timestamp="28 August, 2012"><Status>Success</Status><ReferenceCode>12</ReferenceCode><Url>https://x</Url><ErrorCode>1019</ErrorCode></FlexStatementResponse>""");
        for (var i = 0; i < Cases * 20; i++)
        {
            var bytes = random.Next(5) == 0 ? Mutation.Noise(random) : Mutation.Of(good, Tokens, random);
            try
            {
                FlexService.Read(Answered(bytes));
            }
            catch (UpstreamException e)
            {
                Assert.Equal(UpstreamFault.Unreadable, e.Fault);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Flex broke on {Convert.ToBase64String(bytes)}", e);
            }
        }
    }

    internal static Answer Answered(byte[] bytes) => new("Flex", "GetStatement", System.Net.HttpStatusCode.OK, "text/xml", bytes, IbkrTown.Friday);
}
