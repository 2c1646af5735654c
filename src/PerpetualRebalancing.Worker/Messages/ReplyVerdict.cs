using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Worker.Messages;

/// <summary>What a mail that came in asks for, and whether it may.</summary>
public abstract record ReplyVerdict
{
    private ReplyVerdict()
    {
    }

    /// <summary>A yes to a request.</summary>
    /// <param name="Request">The request that was answered.</param>
    /// <param name="Member">Who says so.</param>
    public sealed record Approve(OutboxEntry Request, Member Member) : ReplyVerdict;

    /// <summary>A no to a request.</summary>
    /// <param name="Request">The request that was answered.</param>
    /// <param name="Member">Who says so.</param>
    /// <param name="Reason">Why, one line.</param>
    public sealed record Reject(OutboxEntry Request, Member Member, string Reason) : ReplyVerdict;

    /// <summary>An alert was seen.</summary>
    /// <param name="Alert">The message about it.</param>
    /// <param name="Member">Who has seen it.</param>
    public sealed record Seen(OutboxEntry Alert, Member Member) : ReplyVerdict;

    /// <summary>Placing is to stop.</summary>
    /// <param name="Message">The message that was answered.</param>
    /// <param name="Member">Who says so.</param>
    /// <param name="Reason">Why, one line.</param>
    public sealed record Halt(OutboxEntry Message, Member Member, string Reason) : ReplyVerdict;

    /// <summary>It is not clear what is meant: nothing changes, and the sender is asked.</summary>
    /// <param name="Message">The message that was answered.</param>
    /// <param name="Member">Who wrote.</param>
    /// <param name="Words">What is asked back.</param>
    public sealed record Unclear(OutboxEntry Message, Member Member, string Words) : ReplyVerdict;

    /// <summary>It answers one of our messages and may not: nothing changes, and the household is told.</summary>
    /// <param name="Why">One sentence.</param>
    public sealed record Refused(string Why) : ReplyVerdict;

    /// <summary>It is no answer of a person to us.</summary>
    /// <param name="Why">One sentence.</param>
    public sealed record Ignored(string Why) : ReplyVerdict;
}
