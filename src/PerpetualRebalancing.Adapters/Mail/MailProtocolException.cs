namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>A mail server, or a mail, says what no standard allows, or more than we take: nothing of it is believed.</summary>
/// <param name="message">One sentence: what came, and what is allowed.</param>
public sealed class MailProtocolException(string message) : Exception(message);
