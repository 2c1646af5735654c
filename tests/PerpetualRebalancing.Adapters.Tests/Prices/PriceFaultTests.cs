using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Prices;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Upstreams;
using PerpetualRebalancing.Upstreams.Prices;
using static PerpetualRebalancing.Adapters.Tests.Prices.PriceCase;

namespace PerpetualRebalancing.Adapters.Tests.Prices;

/// <summary>Every way an answer can go wrong, for every public service: the right value comes out, or an <see cref="UpstreamException"/>,
/// and never another value.</summary>
public class PriceFaultTests
{
    // What does not touch the value: new fields, words nobody reads, a cache's old clock.
    private static readonly WireFault[] Harmless = [WireFault.ExtraFields, WireFault.UnknownEnum, WireFault.ClockSkew];

    // Mangling JSON leaves a text file as it is, and half a file may hold the row.
    private static readonly WireFault[] JsonOnly = [WireFault.TruncatedJson, WireFault.WrongTypes, WireFault.Nulls];

    private static readonly string[] Texts = ["amfi", "cboe", "fred"];

    public static IEnumerable<TheoryDataRow<string, WireFault>> Matrix() =>
        from operation in FakePrices.Operations from fault in Enum.GetValues<WireFault>() select new TheoryDataRow<string, WireFault>(operation, fault);

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task A_broken_answer_is_the_right_value_or_a_known_fault(string operation, WireFault fault)
    {
        await using var town = await StartAsync();
        var right = await ReadAsync(town.Sources, operation);
        var root = town.Fake.Root;
        await using var other = await TlsAsync(fault);
        switch (fault)
        {
            case WireFault.ConnectRefused:
                root = FakeUpstream.ClosedRoot;
                break;
            case WireFault.TlsFailure:
                root = other!.Root;
                break;
            default:
                town.Fake.Break(operation, fault);
                break;
        }

        using var sources = town.At(root);
        var (value, failure) = (default(decimal?), default(UpstreamException));
        try
        {
            value = await ReadAsync(sources, operation);
        }
        catch (UpstreamException e)
        {
            failure = e;
        }

        if (Harmless.Contains(fault) || (JsonOnly.Contains(fault) && Texts.Contains(operation)))
        {
            // Half of a table of days ends a day earlier, or in the middle of a day.
            Assert.True(value == right || (fault == WireFault.TruncatedJson && (failure is not null || value is null || operation != "amfi")), $"{value} {failure}");
        }
        else
        {
            Assert.NotNull(failure);
            Assert.Contains(failure.Fault, Expected(fault));
        }
    }

    private static UpstreamFault[] Expected(WireFault fault) => fault switch
    {
        WireFault.ConnectRefused => [UpstreamFault.NotReached],
        WireFault.TlsFailure => [UpstreamFault.NotTrusted],
        WireFault.ResetBeforeBody or WireFault.ResetAfterRequest or WireFault.Hang => [UpstreamFault.Lost],
        WireFault.Throttled or WireFault.ThrottledWithRetryAfter => [UpstreamFault.Throttled],
        WireFault.Error500 or WireFault.Error502 or WireFault.Error503 => [UpstreamFault.Failing],
        _ => [UpstreamFault.Unreadable, UpstreamFault.Refused],
    };

    private static async Task<FakePrices?> TlsAsync(WireFault fault)
    {
        if (fault != WireFault.TlsFailure)
        {
            return null;
        }

        var fake = new FakePrices(TimeProvider.System);
        await fake.StartAsync(tls: true);
        return fake;
    }

    private static async Task<decimal?> ReadAsync(PriceSources sources, string operation)
    {
        var token = TestContext.Current.CancellationToken;
        return operation switch
        {
            "amfi" => (await sources.Amfi.ReadAsync([Fund], token)).SingleOrDefault()?.Price.Amount,
            "mfapi" => (await sources.Mfapi.ReadAsync([Fund], token)).Single().Price.Amount,
            "yahoo" => (await sources.Yahoo.ReadAsync([Etf], token)).Single().Price.Amount,
            "frankfurter" => (await sources.Frankfurter.ReadAsync(Currency.Usd, Currency.Inr, token)).Rate,
            "frankfurter blend" => (await sources.FrankfurterBlend.ReadAsync(Currency.Usd, Currency.Inr, token)).Rate,
            "cboe" => (await sources.Cboe.ReadAsync(token)).Level,
            "fred" => (await sources.Fred.ReadAsync(token)).Level,
            _ => throw new InvalidOperationException(operation),
        };
    }
}
