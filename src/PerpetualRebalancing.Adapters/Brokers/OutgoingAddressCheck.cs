using System.Collections.Immutable;
using System.Net;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Brokers;

/// <summary>Which address our orders would come from.</summary>
public abstract record AddressReading
{
    private AddressReading()
    {
    }

    /// <summary>A registered one: orders may leave.</summary>
    /// <param name="Address">Which.</param>
    public sealed record Registered(IPAddress Address) : AddressReading;

    /// <summary>Another one, or nobody knows: nothing may leave.</summary>
    /// <param name="Why">What was seen and what to do, one sentence.</param>
    public sealed record Blocked(string Why) : AddressReading;
}

/// <summary>The address that the world sees our orders come from: two services of different operators say it, they must agree, and it
/// must be a registered one. Whatever else is seen blocks.</summary>
public sealed class OutgoingAddressCheck : IDisposable
{
    // The longest that an address can be written (RFC 4291, with an IPv4 tail), and a line's end.
    private const int LongestAnswer = 47;
    // An echo tells no time.
    private static readonly TimeSpan AnyClock = TimeSpan.FromDays(36_500);
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(2);

    private readonly ImmutableArray<IPAddress> _registered;
    private readonly ImmutableArray<Upstream> _echoes;
    private readonly TimeProvider _time;
    private readonly RequestLimit _limit = new(2, TimeSpan.FromSeconds(1));
    private (AddressReading.Registered Reading, DateTimeOffset At)? _last;

    /// <summary>Asks nobody yet.</summary>
    /// <param name="address">The two services and what was registered.</param>
    /// <param name="time">A good answer counts for two minutes.</param>
    /// <exception cref="ConfigurationException">Something that was registered is no address.</exception>
    public OutgoingAddressCheck(OutgoingAddress address, TimeProvider time)
    {
        _time = time;
        _registered = [.. address.Registered.Select(text => IPAddress.TryParse(text, out var registered) ? Plain(registered) : throw new ConfigurationException(
            [$"services.json: outgoingAddress: registered: is '{text}'; allowed: addresses such as 203.0.113.7"]))];
        _echoes = [.. new[] { address.First, address.Second }.Select(page => new Upstream(
            new UpstreamTerms(page.Host, page)
            {
                Attempt = TimeSpan.FromSeconds(5),
                Total = TimeSpan.FromSeconds(15),
                Retries = 1,
                LongestAnswer = 1024,
                ClockTolerance = AnyClock,
            }, time))];
    }

    /// <summary>Asks both services, unless they agreed on a registered address within the last two minutes.</summary>
    public async Task<AddressReading> ReadAsync(CancellationToken cancellationToken)
    {
        if (_registered.IsEmpty)
        {
            return new AddressReading.Blocked(
                "no registered address is configured; register this machine's static address with the broker and write it into services.json, outgoingAddress, registered");
        }

        if (_last is { } last && _time.GetUtcNow() - last.At < Fresh && _time.GetUtcNow() >= last.At)
        {
            return last.Reading;
        }

        _last = null;
        var answers = await Task.WhenAll(_echoes.Select(e => AskAsync(e, cancellationToken))).ConfigureAwait(false);
        if (answers.FirstOrDefault(a => a.Address is null) is { Why: { } why })
        {
            return new AddressReading.Blocked($"our outgoing address cannot be read ({why}); nothing is sent until it can. services.json, outgoingAddress, names the services");
        }

        var seen = answers.Select(a => a.Address!).Distinct().ToArray();
        if (seen is not [var address])
        {
            return new AddressReading.Blocked(
                $"{string.Join(" and ", _echoes.Select((e, i) => $"{e.Name} sees us at {answers[i].Address}"))}: they must agree; look for a proxy, a VPN or two lines");
        }

        if (!_registered.Contains(address))
        {
            return new AddressReading.Blocked(
                $"we are seen at {address} and registered with {string.Join(" and ", _registered)}; use the registered line, or register {address} with the broker and in services.json");
        }

        var reading = new AddressReading.Registered(address);
        _last = (reading, _time.GetUtcNow());
        return reading;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var echo in _echoes)
        {
            echo.Dispose();
        }

        _limit.Dispose();
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private async Task<(IPAddress? Address, string? Why)> AskAsync(Upstream echo, CancellationToken cancellationToken)
    {
        try
        {
            var answer = (await echo.ReadAsync(string.Empty, _limit, cancellationToken).ConfigureAwait(false)).OrThrow(_ => null);
            var text = answer.Body.Length <= LongestAnswer ? answer.Text.Trim() : string.Empty;
            if (!IPAddress.TryParse(text, out var address) || !(text.Contains('.', StringComparison.Ordinal) || text.Contains(':', StringComparison.Ordinal)))
            {
                throw answer.Unreadable("it is no address");
            }

            return (Plain(address), null);
        }
        catch (UpstreamException e)
        {
            return (null, e.Message);
        }
    }
}
