using System.Text.RegularExpressions;
using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Worker.Messages;

/// <summary>Judges a mail that came in. An answer counts when it replies to a message that we sent to its sender (whose identity is
/// random), the mailbox's own server says that the sender is genuine, and its first words say one thing.</summary>
/// <param name="policy">Whose members may answer.</param>
/// <param name="authority">The name under which the mailbox's own server states its results (RFC 8601 §2.5).</param>
public sealed partial class ReplyJudge(Household policy, string authority)
{
    private const int LongestReason = 200;
    private const string How = "Reply with APPROVE alone, or with REJECT and why, in the first line.";

    /// <summary>Judges a mail.</summary>
    /// <param name="mail">The mail.</param>
    /// <param name="answered">The message of ours that it names as answered; null for none.</param>
    public ReplyVerdict Judge(ReceivedMail mail, OutboxEntry? answered)
    {
        if (mail.IsAutomatic)
        {
            return new ReplyVerdict.Ignored("It was written by a program.");
        }

        if (answered is null)
        {
            return new ReplyVerdict.Ignored("It answers no message of ours.");
        }

        if (mail.From is not [var from] || policy.Members.FirstOrDefault(m => Same(m.Mail, from)) is not { } member)
        {
            return new ReplyVerdict.Refused($"An answer to \"{answered.Subject}\" came from {Names(mail)}, who is no member with that address.");
        }

        if (!Same(answered.Recipient, from))
        {
            return new ReplyVerdict.Refused($"An answer to \"{answered.Subject}\" came from {from}, but that message was sent to {answered.Recipient}.");
        }

        if (!IsGenuine(mail, from))
        {
            return new ReplyVerdict.Refused(
                $"An answer to \"{answered.Subject}\" claims to come from {from}, but {authority} does not say that it does (no dmarc=pass, no dkim=pass of the sender's domain).");
        }

        return mail.Text is null
            ? new ReplyVerdict.Unclear(answered, member, $"The mail had no plain text, only HTML, so nothing was read. {How}")
            : Read(ReplyText.Of(mail.Text), mail, answered, member);
    }

    private static ReplyVerdict Read(ReplyText text, ReceivedMail mail, OutboxEntry answered, Member member)
    {
        if (text.Lines.IsEmpty)
        {
            return new ReplyVerdict.Unclear(answered, member, $"Nothing stood before the quoted text. {How}");
        }

        var words = FirstWord().Match(text.Lines[0]);
        var (word, rest) = (words.Groups[1].Value.ToUpperInvariant(), words.Groups[2].Value.Trim());
        if (word == "HALT")
        {
            return new ReplyVerdict.Halt(answered, member, Reason(rest, text));
        }

        if (answered.Kind == Letters.AlertKind)
        {
            return word is "SEEN" or "OK" or "ACK"
                ? new ReplyVerdict.Seen(answered, member)
                : new ReplyVerdict.Unclear(answered, member, "Reply with SEEN when you have seen the alert, or with HALT to stop all placing.");
        }

        if (answered is not { Kind: Letters.RequestKind, Batch: { } batch })
        {
            return new ReplyVerdict.Unclear(answered, member, "That message asked for nothing. Reply with HALT to stop all placing.");
        }

        // In what was quoted it proves nothing: that text is ours.
        var named = mail.Subject.Contains(batch.Value, StringComparison.OrdinalIgnoreCase) || text.Lines.Any(l => l.Contains(batch.Value, StringComparison.OrdinalIgnoreCase));
        if (!named)
        {
            return new ReplyVerdict.Unclear(answered, member, $"The code {batch} stood neither in the subject nor in the answer. {How} Leave the subject as it is.");
        }

        return word switch
        {
            "APPROVE" when IsBare(rest, batch.Value) && text.Lines.Skip(1).All(l => IsPolite(l, member, batch.Value)) => new ReplyVerdict.Approve(answered, member),
            "APPROVE" => new ReplyVerdict.Unclear(answered, member, $"More than APPROVE was written, and a plan is approved whole or not at all. {How}"),
            "REJECT" => new ReplyVerdict.Reject(answered, member, Reason(rest, text)),
            _ => new ReplyVerdict.Unclear(answered, member, $"It began neither with APPROVE nor with REJECT. {How}"),
        };
    }

    /// <summary>Only the results that the mailbox's own server put on top count: whatever is below may have come with the mail.</summary>
    private bool IsGenuine(ReceivedMail mail, string from)
    {
        var domain = from[(from.LastIndexOf('@') + 1)..];
        if (mail.AuthenticationResults.Select(AuthenticationResults.Parse).FirstOrDefault() is not { } top || !Same(top.AuthServId, authority))
        {
            return false;
        }

        return top.Results.Any(r => r.Result == "pass" && (r.Method switch
        {
            "dmarc" => Same(r["header.from"], domain),
            "dkim" => r["header.d"] is { } signer && IsAligned(signer, domain),
            _ => false,
        }));
    }

    // RFC 7489 §3.1.1, relaxed: the signer is the sender's domain or stands above it.
    private static bool IsAligned(string signer, string domain) =>
        Same(signer, domain) || (signer.Contains('.', StringComparison.Ordinal) && domain.EndsWith($".{signer}", StringComparison.OrdinalIgnoreCase));

    private static bool IsBare(string rest, string batch) => rest.Trim('.', '!', '[', ']', ' ') is var bare && (bare.Length == 0 || Same(bare, batch));

    /// <summary>A name or a thanks under the answer changes nothing about it; anything else might.</summary>
    private static bool IsPolite(string line, Member member, string batch) =>
        line.Trim('.', ',', '!', ' ') is var bare && (bare.Length == 0 || Same(bare, member.Name) || Same(bare, batch) || Courtesy().IsMatch(bare));

    private static string Reason(string rest, ReplyText text)
    {
        var reason = string.Join(' ', text.Lines.Skip(1).Prepend(rest).Where(l => l.Length > 0)).TrimStart(':', ',', '-', ' ');
        reason = new string([.. reason.Where(c => !char.IsControl(c))]);
        return reason.Length == 0 ? "no reason given" : reason.Length <= LongestReason ? reason : $"{reason[..LongestReason]}...";
    }

    private static string Names(ReceivedMail mail) => mail.From.IsEmpty ? "nobody" : string.Join(" and ", mail.From);

    private static bool Same(string? left, string? right) => left is not null && string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\A([A-Za-z]+)(?![A-Za-z'’])\s*(.*)\z", RegexOptions.Singleline)]
    private static partial Regex FirstWord();

    [GeneratedRegex(@"\A(thanks|thank you|thx|regards|best|best regards|kind regards|cheers|yours)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Courtesy();
}
