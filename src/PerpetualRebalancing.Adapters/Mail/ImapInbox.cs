using System.Collections.Immutable;
using System.Globalization;
using PerpetualRebalancing.Adapters.Configuration;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>Watches the mailbox folder that answers arrive in, by IMAP with IDLE (RFC 9051, RFC 2177). Nothing in it is changed, not even
/// whether a mail was read.</summary>
public sealed class ImapInbox
{
    /// <summary>The most bytes of a mail that are read: of a longer one the headers and the first part, which is where people write.</summary>
    public const int LongestMail = 1024 * 1024;

    private const int MostMails = 25;

    private readonly MailSettings _settings;
    private readonly ImapSettings _imap;
    private readonly MailSecrets _secrets;
    private readonly MailTokens? _tokens;
    private readonly MailTimes _times;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="settings">Where and how.</param>
    /// <param name="secrets">Has the password.</param>
    /// <param name="tokens">Has the access token; null when no login is by OAuth. The caller disposes of it.</param>
    /// <exception cref="ArgumentException">The settings have no section for reading.</exception>
    public ImapInbox(MailSettings settings, MailSecrets secrets, MailTokens? tokens)
        : this(settings, secrets, tokens, MailTimes.Usual)
    {
    }

    internal ImapInbox(MailSettings settings, MailSecrets secrets, MailTokens? tokens, MailTimes times) =>
        (_settings, _imap, _secrets, _tokens, _times) = (settings, settings.Imap ?? throw new ArgumentException("There is no mailbox to read.", nameof(settings)), secrets, tokens, times);

    /// <summary>Reads what came, oldest first, then waits for more. A connection that breaks is opened again, with longer and longer waits between
    /// attempts. Ends only with the token, or when one of the callers' own functions throws.</summary>
    /// <param name="after">How far it has been read; null when never, and then, as under another numbering, what came on or after
    /// <paramref name="since"/> is read.</param>
    /// <param name="since">A day, UTC.</param>
    /// <param name="keep">Is given what came, and how far the folder has then been read; also without any mail when only the latter changed.
    /// The same mails come again when it throws.</param>
    /// <param name="state">Is told how the watch stands, at each change.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationCanceledException">The token ended it.</exception>
    public async Task WatchAsync(
        InboxCursor? after, DateOnly since, Action<ImmutableArray<InboundMail>, InboxCursor> keep, Action<InboxState> state, CancellationToken cancellationToken)
    {
        var (cursor, failures, told) = (after, 0, (InboxState?)null);
        while (true)
        {
            InboxState why;
            try
            {
                using var session = await OpenAsync(cancellationToken).ConfigureAwait(false);
                Tell(new InboxState.Connected());
                while (true)
                {
                    await ReadAsync(session, cursor, since, (mails, place) =>
                    {
                        keep(mails, place);
                        (cursor, failures) = (place, 0);
                    }, cancellationToken).ConfigureAwait(false);
                    failures = 0;
                    await WaitAsync(session, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (MailFaultException e)
            {
                why = e.Fault == MailFault.LoginNeeded ? new InboxState.LoginNeeded(e.Message) : new InboxState.Unreachable(e.Message);
            }
            catch (MailProtocolException e)
            {
                why = new InboxState.Unreachable(e.Message);
            }

            Tell(why);
            await Task.Delay(why is InboxState.LoginNeeded ? _times.LastRetry : Backoff(failures++), cancellationToken).ConfigureAwait(false);
        }

        void Tell(InboxState now)
        {
            if (now != told)
            {
                told = now;
                state(now);
            }
        }
    }

    /// <summary>Logs in, looks at the folder once, and leaves.</summary>
    /// <exception cref="OperationCanceledException">The token ended it.</exception>
    public async Task<InboxCheck> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var session = await OpenAsync(cancellationToken).ConfigureAwait(false);
            var newest = session.Count == 0 ? null : await session.FetchAsync(await LastAsync(session, cancellationToken).ConfigureAwait(false), 1, cancellationToken).ConfigureAwait(false);
            await session.LogoutAsync(cancellationToken).ConfigureAwait(false);
            return new InboxCheck.Readable(_imap.Folder, session.Count, newest?.Received);
        }
        catch (MailFaultException e)
        {
            return e.Fault == MailFault.LoginNeeded ? new InboxCheck.LoginNeeded(e.Message) : new InboxCheck.Unreachable(e.Message);
        }
        catch (MailProtocolException e)
        {
            return new InboxCheck.Unreachable(e.Message);
        }
    }

    private async Task<ImapSession> OpenAsync(CancellationToken cancellationToken)
    {
        if (_imap.Host.Login == MailLogin.Password)
        {
            var password = _secrets.ImapPassword ?? throw new MailFaultException(
                MailFault.LoginNeeded, $"{Settings.MailImapPasswordVariable} is not given, and {_imap.Host.Name} wants the password of {_imap.Host.User}");
            return await OpenAsync(session => session.LoginAsync(password, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        var tokens = _tokens ?? throw new InvalidOperationException("A login by OAuth needs tokens.");
        return await tokens.SpeakAsync(token => OpenAsync(session => session.LoginByTokenAsync(token, cancellationToken), cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private async Task<ImapSession> OpenAsync(Func<ImapSession, Task> login, CancellationToken cancellationToken)
    {
        var session = await ImapSession.OpenAsync(_imap.Host, _settings.CertificateAuthority, _times, cancellationToken).ConfigureAwait(false);
        try
        {
            await login(session).ConfigureAwait(false);
            await session.ExamineAsync(_imap.Folder, cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static async Task ReadAsync(
        ImapSession session, InboxCursor? cursor, DateOnly since, Action<ImmutableArray<InboundMail>, InboxCursor> keep, CancellationToken cancellationToken)
    {
        var last = cursor is not null && cursor.UidValidity == session.UidValidity ? cursor.LastUid : (uint?)null;

        // "n:*" finds the last mail even when its number is below n (RFC 9051 §9, seq-range). SINCE goes by the server's days, so a day more is asked for.
        var uids = last is { } known
            ? (await session.SearchAsync(string.Create(CultureInfo.InvariantCulture, $"UID {Math.Min(known, uint.MaxValue - 1) + 1}:*"), cancellationToken).ConfigureAwait(false)).Where(u => u > known).ToArray()
            : await session.SearchAsync($"SINCE {since.AddDays(-1).ToString("d-MMM-yyyy", CultureInfo.InvariantCulture)}", cancellationToken).ConfigureAwait(false);
        var place = new InboxCursor(session.UidValidity, last ?? 0);
        var mails = ImmutableArray.CreateBuilder<InboundMail>();
        var bytes = 0L;
        foreach (var uid in uids)
        {
            if (await session.FetchAsync(uid, LongestMail, cancellationToken).ConfigureAwait(false) is { } mail && (last is not null || mail.Received >= Start(since)))
            {
                mails.Add(mail);
                bytes += mail.Raw.Length;
            }

            place = place with { LastUid = uid };
            if (mails.Count == MostMails || bytes > 2 * LongestMail)
            {
                keep(mails.ToImmutable(), place);
                mails.Clear();
                bytes = 0;
            }
        }

        // What was there before is passed over for good: it need not be searched again.
        if (last is null && session.UidNext is > 0 and { } next && next - 1 > place.LastUid)
        {
            place = place with { LastUid = next - 1 };
        }

        if (mails.Count > 0 || place != cursor)
        {
            keep(mails.ToImmutable(), place);
        }
    }

    private async Task WaitAsync(ImapSession session, CancellationToken cancellationToken)
    {
        while (!session.HasNews)
        {
            if (session.CanIdle)
            {
                await session.IdleAsync(_times.Idle, cancellationToken).ConfigureAwait(false);
                continue;
            }

            await Task.Delay(_times.Poll, cancellationToken).ConfigureAwait(false);
            await session.NoopAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private TimeSpan Backoff(int failures)
    {
        var doubled = _times.FirstRetry * Math.Pow(2, Math.Min(failures, 20));
        return doubled < _times.LastRetry ? doubled : _times.LastRetry;
    }

    private static async Task<uint> LastAsync(ImapSession session, CancellationToken cancellationToken) =>
        (await session.SearchAsync("UID *", cancellationToken).ConfigureAwait(false)) is [.., var last] ? last : 1;

    private static DateTimeOffset Start(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
