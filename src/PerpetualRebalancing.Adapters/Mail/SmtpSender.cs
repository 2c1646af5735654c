using PerpetualRebalancing.Adapters.Configuration;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>Sends messages through the household's own mail provider (submission, RFC 6409), one connection for each.</summary>
public sealed class SmtpSender : IMailSender
{
    private readonly MailSettings _settings;
    private readonly MailSecrets _secrets;
    private readonly MailTokens? _tokens;
    private readonly MailTimes _times;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="settings">Where and how.</param>
    /// <param name="secrets">Has the password.</param>
    /// <param name="tokens">Has the access token; null when no login is by OAuth. The caller disposes of it.</param>
    public SmtpSender(MailSettings settings, MailSecrets secrets, MailTokens? tokens)
        : this(settings, secrets, tokens, MailTimes.Usual)
    {
    }

    internal SmtpSender(MailSettings settings, MailSecrets secrets, MailTokens? tokens, MailTimes times) =>
        (_settings, _secrets, _tokens, _times) = (settings, secrets, tokens, times);

    /// <inheritdoc/>
    public async Task<SendOutcome> SendAsync(MailMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var whole = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        whole.CancelAfter(_times.Send);
        try
        {
            var bytes = EmlFile.Write(message);
            await HandOverAsync(message, bytes, whole.Token).ConfigureAwait(false);
            return new SendOutcome.Sent();
        }
        catch (ArgumentException e)
        {
            return new SendOutcome.Refused(e.Message);
        }
        catch (MailProtocolException e)
        {
            return new SendOutcome.Later(e.Message);
        }
        catch (MailFaultException e)
        {
            return e.Fault switch
            {
                MailFault.Unreachable => new SendOutcome.Later(e.Message),
                MailFault.LoginNeeded => new SendOutcome.LoginNeeded(e.Message),
                MailFault.Refused => new SendOutcome.Refused(e.Message),
                _ => throw new InvalidOperationException($"Unknown fault {e.Fault}.", e),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new SendOutcome.Later(FormattableString.Invariant($"{_settings.Smtp.Name} did not take the message within {_times.Send.TotalSeconds:0} seconds"));
        }
    }

    private async Task HandOverAsync(MailMessage message, byte[] bytes, CancellationToken cancellationToken)
    {
        if (_settings.Smtp.Login == MailLogin.Oauth)
        {
            var tokens = _tokens ?? throw new InvalidOperationException("A login by OAuth needs tokens.");
            await tokens.SpeakAsync(token => SpeakAsync(session => session.LoginByTokenAsync(token, cancellationToken), message, bytes, cancellationToken), cancellationToken).ConfigureAwait(false);
            return;
        }

        var password = _secrets.SmtpPassword ?? throw new MailFaultException(
            MailFault.LoginNeeded, $"{Settings.MailSmtpPasswordVariable} is not given, and {_settings.Smtp.Name} wants the password of {_settings.Smtp.User}");
        await SpeakAsync(session => session.LoginAsync(password, cancellationToken), message, bytes, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> SpeakAsync(Func<SmtpSession, Task> login, MailMessage message, byte[] bytes, CancellationToken cancellationToken)
    {
        using var session = await SmtpSession.OpenAsync(_settings.Smtp, _settings.CertificateAuthority, _times, cancellationToken).ConfigureAwait(false);
        await login(session).ConfigureAwait(false);
        await session.HandOverAsync(message.From, message.To, bytes, cancellationToken).ConfigureAwait(false);
        await session.CloseAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }
}
