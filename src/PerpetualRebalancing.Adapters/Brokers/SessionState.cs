namespace PerpetualRebalancing.Adapters.Brokers;

/// <summary>Whether an account's broker would answer us now. A lapsed login is a state, never a failure (semantics §6).</summary>
public abstract record SessionState
{
    private SessionState()
    {
    }

    /// <summary>It answers.</summary>
    /// <param name="Until">When the login lapses; null when it does not by itself.</param>
    public sealed record Ready(DateTimeOffset? Until) : SessionState;

    /// <summary>A person must log in.</summary>
    /// <param name="Why">What happened to the session, one sentence.</param>
    /// <param name="Link">Where; null when there is no page of its own.</param>
    public sealed record AwaitingLogin(string Why, Uri? Link) : SessionState;

    /// <summary>Logging in would not help: a wrong key, a closed account, a service that is down. A person must look.</summary>
    /// <param name="Why">What is wrong and what to do, one sentence.</param>
    public sealed record Unusable(string Why) : SessionState;
}
