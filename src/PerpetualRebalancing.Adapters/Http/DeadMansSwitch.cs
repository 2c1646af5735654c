using PerpetualRebalancing.Adapters.Configuration;

namespace PerpetualRebalancing.Adapters.Http;

/// <summary>Somebody elsewhere who raises the alarm when they hear nothing for too long. Asked with GET; any answer of 2xx is heard. The
/// address is the only secret between us, so no fault repeats it.</summary>
public sealed class DeadMansSwitch : IDisposable
{
    private readonly SecretAddress _address;

    // It must not hold up the service: the next sign of life comes anyhow.
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Opens no connection yet.</summary>
    /// <param name="address">What is asked.</param>
    public DeadMansSwitch(SecretAddress address) => _address = address;

    /// <summary>Gives one sign of life.</summary>
    /// <returns>Null when it was heard, else why not.</returns>
    public async Task<string?> TellAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _client.GetAsync(_address.Reveal(), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? null : FormattableString.Invariant($"{_address.Host} answered with status {(int)response.StatusCode}");
        }
        catch (HttpRequestException e)
        {
            return $"{_address.Host} was not reached ({e.HttpRequestError})";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{_address.Host} did not answer in time";
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
