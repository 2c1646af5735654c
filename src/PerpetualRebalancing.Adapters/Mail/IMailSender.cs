namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>Takes a message on its way: to a mail server, or into a folder.</summary>
public interface IMailSender
{
    /// <summary>Sends a message once. After an answer other than <see cref="SendOutcome.Sent"/> it may still have arrived when the connection
    /// broke at the very end: it keeps its identity when it is sent again, so that a mail program shows it once.</summary>
    /// <returns>What became of it; a mail server's troubles are never thrown.</returns>
    /// <exception cref="OperationCanceledException">The caller stopped it.</exception>
    Task<SendOutcome> SendAsync(MailMessage message, CancellationToken cancellationToken);
}
