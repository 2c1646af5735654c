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
    public Task<SendOutcome> SendAsync(MailMessage message, CancellationToken cancellationToken) => OutcomeAsync(async token =>
    {
        var bytes = EmlFile.Write(message);
        await LoggedInAsync(session => session.HandOverAsync(message.From, message.To, bytes, token), token).ConfigureAwait(false);
    }, cancellationToken);

    /// <summary>Logs in as for a message, hands over none, and leaves.</summary>
    /// <exception cref="OperationCanceledException">The caller stopped it.</exception>
    public async Task<SenderCheck> CheckAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset? clock = null;
        var outcome = await OutcomeAsync(token => LoggedInAsync(session =>
        {
            clock = session.Clock;
            return Task.CompletedTask;
        }, token), cancellationToken).ConfigureAwait(false);
        return outcome switch
        {
            SendOutcome.Sent => new SenderCheck.Ready(clock),
            SendOutcome.LoginNeeded needed => new SenderCheck.LoginNeeded(needed.Why),
            SendOutcome.Later later => new SenderCheck.Unreachable(later.Why),
            SendOutcome.Refused refused => new SenderCheck.Unreachable(refused.Why),
            _ => throw new InvalidOperationException($"{outcome} is no outcome of a login."),
        };
    }

    private async Task<SendOutcome> OutcomeAsync(Func<CancellationToken, Task> talk, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var whole = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        whole.CancelAfter(_times.Send);
        try
        {
            await talk(whole.Token).ConfigureAwait(false);
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
            return new SendOutcome.Later(FormattableString.Invariant($"{_settings.Smtp.Name} was not done within {_times.Send.TotalSeconds:0} seconds"));
        }
    }

    private async Task LoggedInAsync(Func<SmtpSession, Task> say, CancellationToken cancellationToken)
    {
        if (_settings.Smtp.Login == MailLogin.Oauth)
        {
            var tokens = _tokens ?? throw new InvalidOperationException("A login by OAuth needs tokens.");
            await tokens.SpeakAsync(token => SpeakAsync(session => session.LoginByTokenAsync(token, cancellationToken), say, cancellationToken), cancellationToken).ConfigureAwait(false);
            return;
        }

        var password = _secrets.SmtpPassword ?? throw new MailFaultException(
            MailFault.LoginNeeded, $"{Settings.MailSmtpPasswordVariable} is not given, and {_settings.Smtp.Name} wants the password of {_settings.Smtp.User}");
        await SpeakAsync(session => session.LoginAsync(password, cancellationToken), say, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> SpeakAsync(Func<SmtpSession, Task> login, Func<SmtpSession, Task> say, CancellationToken cancellationToken)
    {
        using var session = await SmtpSession.OpenAsync(_settings.Smtp, _settings.CertificateAuthority, _times, cancellationToken).ConfigureAwait(false);
        await login(session).ConfigureAwait(false);
        await say(session).ConfigureAwait(false);
        await session.CloseAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }
}

/// <summary>What one login at a submission server found.</summary>
public abstract record SenderCheck
{
    private SenderCheck()
    {
    }

    /// <summary>It let us in.</summary>
    /// <param name="Clock">The time of its greeting; null when it tells none.</param>
    public sealed record Ready(DateTimeOffset? Clock) : SenderCheck;

    /// <summary>Not now.</summary>
    /// <param name="Why">One sentence; never a secret.</param>
    public sealed record Unreachable(string Why) : SenderCheck;

    /// <summary>A person must give a password or log in again.</summary>
    /// <param name="Why">One sentence; never a secret.</param>
    public sealed record LoginNeeded(string Why) : SenderCheck;
}
