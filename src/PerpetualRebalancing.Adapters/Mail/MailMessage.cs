namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>A plain-text message.</summary>
/// <param name="Id">Its identity without angle brackets, <c>left@right</c>: who has seen it once need not see it again.</param>
/// <param name="Date">When it was written.</param>
/// <param name="From">An address, <c>user@host</c>.</param>
/// <param name="To">An address, <c>user@host</c>.</param>
/// <param name="Subject">One line, any letters.</param>
/// <param name="Body">Lines of any length and letters.</param>
public sealed record MailMessage(string Id, DateTimeOffset Date, string From, string To, string Subject, string Body);
