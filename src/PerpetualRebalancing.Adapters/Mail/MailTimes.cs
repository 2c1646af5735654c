namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>How long is waited, in the world's own time.</summary>
internal sealed record MailTimes
{
    /// <summary>What holds outside of tests.</summary>
    public static readonly MailTimes Usual = new();

    /// <summary>For a connection, and for its certificate.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For each answer.</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For the whole sending of one message.</summary>
    public TimeSpan Send { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For the whole answer to one command, however much of it comes.</summary>
    public TimeSpan Command { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Between two proofs that an idle connection lives. RFC 2177 §3 has servers end one after 30 minutes; home routers forget
    /// one sooner.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(9);

    /// <summary>Between two looks where the server has no IDLE.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Before the first attempt to connect again; each later one doubles.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait before an attempt to connect again, and the wait after a refused login: servers lock out who insists.</summary>
    public TimeSpan LastRetry { get; init; } = TimeSpan.FromMinutes(5);
}
