using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace PerpetualRebalancing.Adapters.Http;

/// <summary>How a read is tried: a total time, tries with growing waits, a breaker, a time for each try. Nothing that moves money goes
/// through it.</summary>
internal static class ReadPipeline
{
    public static ResiliencePipeline<HttpResponseMessage> For(UpstreamTerms terms)
    {
        var passing = new PredicateBuilder<HttpResponseMessage>()
            .Handle<HttpRequestException>(e => e.HttpRequestError != HttpRequestError.SecureConnectionError)
            .Handle<IOException>()
            .Handle<TimeoutRejectedException>()
            .HandleResult(r => ((int)r.StatusCode >= 500 || (r.StatusCode == HttpStatusCode.TooManyRequests && terms.RetriesThrottled))
                && !(RetryAfter(r) > terms.Total));
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage>();
        builder.AddTimeout(terms.Total);
        if (terms.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = passing,
                MaxRetryAttempts = terms.Retries,
                Delay = terms.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                DelayGenerator = arguments => ValueTask.FromResult(RetryAfter(arguments.Outcome.Result)),
            });
        }

        return builder
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                    .Handle<HttpRequestException>().Handle<IOException>().Handle<TimeoutRejectedException>().HandleResult(r => (int)r.StatusCode >= 500),
                FailureRatio = 0.9,
                MinimumThroughput = 12,
                SamplingDuration = TimeSpan.FromMinutes(1),
                BreakDuration = TimeSpan.FromSeconds(30),
            })
            .AddTimeout(terms.Attempt)
            .Build();
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage? response) => response?.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } until } when response.Headers.Date is { } now && until > now => until - now,
        _ => null,
    };
}
