namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>How the watch over a mailbox stands.</summary>
public abstract record InboxState
{
    private InboxState()
    {
    }

    /// <summary>Logged in; what arrives is seen at once.</summary>
    public sealed record Connected : InboxState;

    /// <summary>Not now; it is tried again.</summary>
    /// <param name="Why">One sentence; never a secret.</param>
    public sealed record Unreachable(string Why) : InboxState;

    /// <summary>A person must give a password or log in again; it is tried again all the same.</summary>
    /// <param name="Why">One sentence; never a secret.</param>
    public sealed record LoginNeeded(string Why) : InboxState;
}

/// <summary>What one look at a mailbox found.</summary>
public abstract record InboxCheck
{
    private InboxCheck()
    {
    }

    /// <summary>It could be read.</summary>
    /// <param name="Folder">The folder.</param>
    /// <param name="Count">How many mails are in it.</param>
    /// <param name="Newest">When the last one arrived, UTC; null when there is none.</param>
    public sealed record Readable(string Folder, uint Count, DateTimeOffset? Newest) : InboxCheck;

    /// <summary>Not now.</summary>
    /// <param name="Why">One sentence; never a secret.</param>
    public sealed record Unreachable(string Why) : InboxCheck;

    /// <summary>A person must give a password or log in again.</summary>
    /// <param name="Why">One sentence; never a secret.</param>
    public sealed record LoginNeeded(string Why) : InboxCheck;
}
