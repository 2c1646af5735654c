using System.Globalization;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>One conversation with an IMAP server (RFC 3501, RFC 9051) that reads one folder and changes nothing in it.</summary>
internal sealed partial class ImapSession : IDisposable
{
    // Beside a mail, a response holds only short strings.
    private const int Slack = 64 * 1024;

    // The codes of RFC 5530 that pass by themselves.
    private static readonly HashSet<string> Passing = ["UNAVAILABLE", "INUSE", "SERVERBUG", "LIMIT"];

    private readonly MailConnection _connection;
    private readonly ImapReader _reader;
    private readonly MailHost _host;
    private readonly MailTimes _times;
    private readonly HashSet<string> _can = new(StringComparer.OrdinalIgnoreCase);
    private int _commands;

    private ImapSession(MailConnection connection, MailHost host, MailTimes times)
    {
        (_connection, _host, _times) = (connection, host, times);
        _reader = new ImapReader(connection, ImapInbox.LongestMail + Slack);
    }

    /// <summary>The folder's numbering.</summary>
    public uint UidValidity { get; private set; }

    /// <summary>The number that the next mail gets, as it was when the folder was opened; null when the server does not say.</summary>
    public uint? UidNext { get; private set; }

    /// <summary>How many mails are in the folder, as far as the server has said.</summary>
    public uint Count { get; private set; }

    /// <summary>Whether the server has said that mails came since this was last set to false.</summary>
    public bool HasNews { get; set; }

    /// <summary>Whether the server says by itself when mails come (RFC 2177).</summary>
    public bool CanIdle => _can.Contains("IDLE");

    /// <summary>Connects, and protects the connection as configured.</summary>
    /// <exception cref="MailFaultException">It cannot be reached or trusted, or offers no protection.</exception>
    /// <exception cref="MailProtocolException">It does not speak IMAP.</exception>
    public static async Task<ImapSession> OpenAsync(MailHost host, string? authority, MailTimes times, CancellationToken cancellationToken)
    {
        var session = new ImapSession(await MailConnection.OpenAsync(host, authority, times, cancellationToken).ConfigureAwait(false), host, times);
        try
        {
            await session.BeginAsync(authority, cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Logs in with a password.</summary>
    /// <exception cref="MailFaultException">It is not accepted.</exception>
    public async Task LoginAsync(string password, CancellationToken cancellationToken)
    {
        if (_can.Contains("AUTH=PLAIN"))
        {
            await AuthenticateAsync("PLAIN", $"\0{_host.User}\0{password}", cancellationToken).ConfigureAwait(false);
            return;
        }

        if (_can.Contains("LOGINDISABLED") || !IsPlain(_host.User) || !IsPlain(password))
        {
            throw new MailFaultException(MailFault.LoginNeeded, $"{_host.Name} takes no password, or none with these letters");
        }

        Accept(await AskAsync($"LOGIN {Quoted(_host.User)} {Quoted(password)}", null, cancellationToken).ConfigureAwait(false));
        await LearnAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Logs in with an access token (XOAUTH2, as its vendors document it).</summary>
    /// <exception cref="MailFaultException">It is not accepted.</exception>
    public Task LoginByTokenAsync(string token, CancellationToken cancellationToken) => _can.Contains("AUTH=XOAUTH2")
        ? AuthenticateAsync("XOAUTH2", $"user={_host.User}\u0001auth=Bearer {token}\u0001\u0001", cancellationToken)
        : throw new MailFaultException(MailFault.LoginNeeded, $"{_host.Name} takes no token");

    /// <summary>Opens a folder, without the right to change it (RFC 9051 §6.3.3).</summary>
    /// <exception cref="MailFaultException">There is no such folder.</exception>
    /// <exception cref="MailProtocolException">Its mails are not numbered for good.</exception>
    public async Task ExamineAsync(string folder, CancellationToken cancellationToken)
    {
        uint? validity = null;
        var end = await AskAsync($"EXAMINE {Quoted(folder)}", response =>
        {
            validity = response.Code("UIDVALIDITY") ?? validity;
            UidNext = response.Code("UIDNEXT") ?? UidNext;
        }, cancellationToken).ConfigureAwait(false);
        Need(end, $"the folder {folder}");
        UidValidity = validity is > 0 and { } known ? known : throw _connection.Wrong($"does not say how {folder} is numbered");
        HasNews = false;
    }

    /// <summary>The numbers of mails, ascending.</summary>
    /// <param name="criteria">As RFC 9051 §6.4.4 has them.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<uint[]> SearchAsync(string criteria, CancellationToken cancellationToken)
    {
        HasNews = false;
        var found = new SortedSet<uint>();
        Need(await AskAsync($"UID SEARCH {criteria}", response =>
        {
            if (response.Begins("SEARCH"))
            {
                found.UnionWith(response.Pieces.Skip(1).Select(p => p.Number is > 0 and { } uid ? uid : throw _connection.Wrong("finds mails that have no number")));
            }
        }, cancellationToken).ConfigureAwait(false), "a search");
        return [.. found];
    }

    /// <summary>A mail, or its beginning; not marked as read by that.</summary>
    /// <param name="uid">Its number.</param>
    /// <param name="length">The most bytes that are wanted.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null when it is gone.</returns>
    public async Task<InboundMail?> FetchAsync(uint uid, int length, CancellationToken cancellationToken)
    {
        InboundMail? mail = null;
        var command = string.Create(CultureInfo.InvariantCulture, $"UID FETCH {uid} (UID INTERNALDATE BODY.PEEK[]<0.{length}>)");
        Need(await AskAsync(command, response => mail = Fetched(response, uid, length) ?? mail, cancellationToken).ConfigureAwait(false), "a mail");
        return mail;
    }

    /// <summary>Asks nothing, to hear what is new.</summary>
    public async Task NoopAsync(CancellationToken cancellationToken) => Need(await AskAsync("NOOP", null, cancellationToken).ConfigureAwait(false), "NOOP");

    /// <summary>Waits until the server says that something came, or the time is over (RFC 2177).</summary>
    public async Task IdleAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var tag = await SayAsync("IDLE", cancellationToken).ConfigureAwait(false);
        var response = await WholeAsync(async token =>
        {
            ImapResponse next;
            do
            {
                next = await NextAsync(token).ConfigureAwait(false);
            }
            while (next.Tag == "*");
            return next;
        }, cancellationToken).ConfigureAwait(false);
        if (response.Tag != "+")
        {
            Need(response, "IDLE");
            throw _connection.Wrong("ends IDLE before it began");
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(patience);
        try
        {
            while (!HasNews && await _connection.WaitAsync(patience, over.Token).ConfigureAwait(false))
            {
                Ended(tag, await NextAsync(cancellationToken).ConfigureAwait(false));
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The read stays pending; what it brings belongs to the answer below.
        }

        await _connection.WriteLineAsync("DONE", cancellationToken).ConfigureAwait(false);
        Need(await WholeAsync(token => EndAsync(tag, null, token), cancellationToken).ConfigureAwait(false), "IDLE");
    }

    /// <summary>Says goodbye; what is answered no longer matters.</summary>
    public async Task LogoutAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SayAsync("LOGOUT", cancellationToken).ConfigureAwait(false);
        }
        catch (MailFaultException)
        {
            // It is gone already.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();
}
