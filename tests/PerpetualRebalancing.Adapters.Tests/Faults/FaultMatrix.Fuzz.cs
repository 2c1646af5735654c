using System.Text;
using System.Text.Json;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Upstreams;

namespace PerpetualRebalancing.Adapters.Tests.FaultMatrices;

/// <summary>Answers that nobody thought of: random bytes, and the fake's own answers with bytes and values changed.</summary>
public abstract partial class FaultMatrix
{
    private static readonly int FuzzCases = Environment.GetEnvironmentVariable("NIGHTLY") == "1" ? 5_000 : 150;

    // What breaks parsers and what is computed from what they parsed: extremes, other kinds, dates beyond any calendar.
    private static readonly string[] Values =
    [
        "null", "true", "[]", "{}", "\"\"", "0", "-1", "1e30", "1e999", "0.0000000000000000000000000001", "79228162514264337593543950335", "\"NaN\"", "\"-\"", "\"\\ud800\"",
        "\"9999-12-31T23:59:59Z\"", "\"0001-01-01T00:00:00+14:00\"", "\"2026-02-30\"", "\"79228162514264337593543950335\"", "[null]", "[[]]", "9223372036854775808", "\"someone else's\"",
    ];

    [Fact]
    public async Task Whatever_is_answered_only_an_upstream_error_leaves_and_placements_stay_safe()
    {
        var random = new Random(20261121);
        for (var i = 0; i < FuzzCases; i++)
        {
            await using var rig = await StartAsync(WireFault.ExtraFields);
            var action = random.Next(25) switch { 0 => "cancel", < 9 => "place", < 11 => "login", var n => Reads[n % Reads.Length] };
            if (action != "place")
            {
                AssertPlaced(await (await GoodAsync(rig)).PlaceAsync(rig.Ticket(Key), Stop));
            }

            var broker = await GoodAsync(rig);
            var (seed, sent) = (random.Next(), Array.Empty<byte>());
            rig.Fake.Distort = body => sent = Distorted(body, new Random(seed));
            try
            {
                await ActAsync(rig, broker, action);
            }
            catch (UpstreamException) when (action is not ("place" or "cancel" or "login"))
            {
                // That is what it is for.
            }
            catch (Exception e) when (e is not OperationCanceledException || !Stop.IsCancellationRequested)
            {
                throw new InvalidOperationException($"{action} broke after the answer {Convert.ToBase64String(sent)}: {Encoding.UTF8.GetString(sent)}", e);
            }
        }
    }

    private static async Task ActAsync(FaultRig rig, IBroker broker, string action)
    {
        switch (action)
        {
            case "place":
                AssertSafe(rig, await broker.PlaceAsync(rig.Ticket(Key), Stop));
                break;
            case "cancel":
                Assert.False(await broker.CancelAsync(rig.Account, Key, Stop) is CancelOutcome.Cancelled && !rig.IsCancelled(Key));
                break;
            case "login":
                await broker.SessionAsync(rig.Account, Stop);
                break;
            default:
                await ReadAsync(rig, broker, action);
                break;
        }
    }

    private static byte[] Distorted(byte[] body, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                var noise = new byte[random.Next(200)];
                random.NextBytes(noise);
                return noise;
            case 1 when body.Length > 0:
                var bytes = body.ToArray();
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes[..random.Next(bytes.Length + 1)];
            default:
                return Changed(body, random);
        }
    }

    // Values are put in as text, so that numbers beyond every type can be sent.
    private static byte[] Changed(byte[] body, Random random)
    {
        List<(int Start, int End)> leaves = [];
        try
        {
            var reader = new Utf8JsonReader(body);
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null)
                {
                    leaves.Add(((int)reader.TokenStartIndex, (int)reader.BytesConsumed));
                }
            }
        }
        catch (JsonException)
        {
            return body;
        }

        var value = Encoding.UTF8.GetBytes(Values[random.Next(Values.Length)]);
        if (leaves.Count == 0)
        {
            return value;
        }

        var (start, end) = leaves[random.Next(leaves.Count)];
        return [.. body[..start], .. value, .. body[end..]];
    }
}
