using System.Text.Json;
using PerpetualRebalancing.Adapters.Mail;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>What became of a test message.</summary>
/// <param name="To">Whom it is for.</param>
/// <param name="Id">Its identity, to find it by.</param>
/// <param name="Over">The server, or the folder, that it was given to.</param>
/// <param name="Outcome"><c>sent</c>, <c>later</c>, <c>refused</c> or <c>loginNeeded</c>.</param>
/// <param name="Why">In the server's words, or null.</param>
internal sealed record MailTestAnswer(string To, string Id, string Over, string Outcome, string? Why)
{
    /// <summary>Of an outcome.</summary>
    public static MailTestAnswer Of(MailMessage message, string over, SendOutcome outcome)
    {
        var (name, why) = outcome switch
        {
            SendOutcome.Sent => ("sent", (string?)null),
            SendOutcome.Later later => ("later", later.Why),
            SendOutcome.Refused refused => ("refused", refused.Why),
            SendOutcome.LoginNeeded needed => ("loginNeeded", needed.Why),
            _ => throw new InvalidOperationException($"{outcome} is no outcome of a sending."),
        };
        return new MailTestAnswer(message.To, message.Id, over, name, why);
    }
}

/// <summary>How the mailbox is.</summary>
/// <param name="Server">Where it is.</param>
/// <param name="Folder">The folder.</param>
/// <param name="Outcome"><c>readable</c>, <c>unreachable</c> or <c>loginNeeded</c>.</param>
/// <param name="Count">How many mails are in it, when it could be read.</param>
/// <param name="Newest">When the last one arrived, or null.</param>
/// <param name="Why">Why it could not be read, or null.</param>
internal sealed record MailCheckAnswer(string Server, string Folder, string Outcome, uint? Count, DateTimeOffset? Newest, string? Why)
{
    /// <summary>Of a look at it.</summary>
    public static MailCheckAnswer Of(ImapSettings settings, InboxCheck check)
    {
        var none = new MailCheckAnswer(settings.Host.Name, settings.Folder, "", null, null, null);
        return check switch
        {
            InboxCheck.Readable readable => none with { Outcome = "readable", Count = readable.Count, Newest = readable.Newest },
            InboxCheck.Unreachable unreachable => none with { Outcome = "unreachable", Why = unreachable.Why },
            InboxCheck.LoginNeeded needed => none with { Outcome = "loginNeeded", Why = needed.Why },
            _ => throw new InvalidOperationException($"{check} is no outcome of a look."),
        };
    }
}

/// <summary>The mail for a person and for a machine.</summary>
internal static class MailView
{
    /// <summary>For a machine.</summary>
    public static byte[] Json(MailTestAnswer answer) => JsonSerializer.SerializeToUtf8Bytes(answer, WorkerJson.Default.MailTestAnswer);

    /// <summary>For a machine.</summary>
    public static byte[] Json(MailCheckAnswer answer) => JsonSerializer.SerializeToUtf8Bytes(answer, WorkerJson.Default.MailCheckAnswer);

    /// <summary>For a person.</summary>
    public static Page Render(MailTestAnswer answer) => new PageWriter("Test message").Facts(
    [
        ("for", answer.To), ("over", answer.Over), ("message", answer.Id),
        ("outcome", answer.Outcome switch
        {
            "sent" => new Cell("taken; look for it where it should arrive", Tone.Good),
            "later" => new Cell($"not now: {answer.Why}", Tone.Warning),
            "refused" => new Cell($"refused: {answer.Why}", Tone.Bad),
            _ => new Cell($"a login is needed: {answer.Why}", Tone.Bad),
        }),
    ]).Page();

    /// <summary>For a person.</summary>
    public static Page Render(MailCheckAnswer answer) => new PageWriter("Mailbox").Facts(
    [
        ("server", answer.Server), ("folder", answer.Folder),
        .. answer.Count is { } count
            ? [
                ("mails", FormattableString.Invariant($"{count}")),
                ("newest", answer.Newest is { } newest ? FormattableString.Invariant($"{newest:yyyy-MM-dd HH:mm} UTC") : "none"),
            ]
            : new (string, Cell)[] { ("outcome", new Cell($"{(answer.Outcome == "loginNeeded" ? "a login is needed" : "cannot be read")}: {answer.Why}", Tone.Bad)) },
    ]).Page();
}
