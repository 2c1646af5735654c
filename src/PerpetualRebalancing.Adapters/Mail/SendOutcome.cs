namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>What became of a message that was sent.</summary>
public abstract record SendOutcome
{
    private SendOutcome()
    {
    }

    /// <summary>The server, or the folder, has it.</summary>
    public sealed record Sent : SendOutcome;

    /// <summary>Not now: the server cannot be reached or trusted, or asks to come again (a reply 4xx, RFC 5321 §4.2.1).</summary>
    /// <param name="Why">One sentence with the server's own words; never a secret.</param>
    public sealed record Later(string Why) : SendOutcome;

    /// <summary>Never: the server refuses this message or its recipient (a reply 5xx), or it cannot be written as mail.</summary>
    /// <param name="Why">One sentence with the server's own words.</param>
    public sealed record Refused(string Why) : SendOutcome;

    /// <summary>A person must give a password or log in again; nothing was sent.</summary>
    /// <param name="Why">One sentence; never the password.</param>
    public sealed record LoginNeeded(string Why) : SendOutcome;
}
