using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>One conversation with a submission server (RFC 6409, RFC 5321) that hands over one message. Any refusal ends it: in particular nothing is
/// ever sent without the protection and the login that are configured.</summary>
internal sealed partial class SmtpSession : IDisposable
{
    private readonly MailConnection _connection;
    private readonly MailHost _host;
    private Dictionary<string, string> _extensions = [];

    private SmtpSession(MailConnection connection, MailHost host) => (_connection, _host) = (connection, host);

    /// <summary>The time that the server's greeting tells, as those of Exim, Sendmail and Exchange do; null when it tells none.</summary>
    public DateTimeOffset? Clock { get; private set; }

    /// <summary>Connects, and protects the connection as configured.</summary>
    /// <exception cref="MailFaultException">It cannot be reached or trusted, or offers no protection.</exception>
    /// <exception cref="MailProtocolException">It does not speak SMTP.</exception>
    public static async Task<SmtpSession> OpenAsync(MailHost host, string? authority, MailTimes times, CancellationToken cancellationToken)
    {
        var session = new SmtpSession(await MailConnection.OpenAsync(host, authority, times, cancellationToken).ConfigureAwait(false), host);
        try
        {
            var greeting = await SmtpReply.ReadAsync(session._connection, cancellationToken).ConfigureAwait(false);
            session.Need(greeting, "its greeting is");
            session.Clock = ClockOf(greeting.Said);
            await session.GreetAsync(cancellationToken).ConfigureAwait(false);
            if (host.Security == MailSecurity.Starttls)
            {
                if (!session._extensions.ContainsKey("STARTTLS"))
                {
                    throw new MailFaultException(MailFault.Unreachable, $"{host.Name} does not offer STARTTLS, and nothing is sent in clear; somebody between may have removed the offer");
                }

                session.Need(await session.AskAsync("STARTTLS", cancellationToken).ConfigureAwait(false), "STARTTLS is answered with");
                await session._connection.ProtectAsync(host.Host, authority, times.Connect, cancellationToken).ConfigureAwait(false);

                // RFC 3207 §4.2: what was said before TLS is forgotten.
                await session.GreetAsync(cancellationToken).ConfigureAwait(false);
            }

            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Logs in with a password (RFC 4954; PLAIN, or LOGIN where there is nothing else).</summary>
    /// <exception cref="MailFaultException">It is not accepted.</exception>
    public async Task LoginAsync(string password, CancellationToken cancellationToken)
    {
        var offered = Offered;
        if (offered.Contains("PLAIN"))
        {
            Accept(await AskAsync($"AUTH PLAIN {Base64($"\0{_host.User}\0{password}")}", cancellationToken).ConfigureAwait(false));
            return;
        }

        if (!offered.Contains("LOGIN"))
        {
            throw new MailFaultException(MailFault.LoginNeeded, $"{_host.Name} takes no password: it offers {Listed(offered)}");
        }

        More(await AskAsync("AUTH LOGIN", cancellationToken).ConfigureAwait(false));
        More(await AskAsync(Base64(_host.User), cancellationToken).ConfigureAwait(false));
        Accept(await AskAsync(Base64(password), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Logs in with an access token (XOAUTH2, as its vendors document it).</summary>
    /// <exception cref="MailFaultException">It is not accepted.</exception>
    public async Task LoginByTokenAsync(string token, CancellationToken cancellationToken)
    {
        if (!Offered.Contains("XOAUTH2"))
        {
            throw new MailFaultException(MailFault.LoginNeeded, $"{_host.Name} takes no token: it offers {Listed(Offered)}");
        }

        var reply = await AskAsync($"AUTH XOAUTH2 {Base64($"user={_host.User}\u0001auth=Bearer {token}\u0001\u0001")}", cancellationToken).ConfigureAwait(false);
        if (reply.Code == 334)
        {
            // The refusal is explained first; an empty line takes note of it.
            reply = await AskAsync(string.Empty, cancellationToken).ConfigureAwait(false);
        }

        Accept(reply);
    }

    /// <summary>Hands over a message.</summary>
    /// <exception cref="MailFaultException">It is refused, now or for good.</exception>
    public async Task HandOverAsync(string from, string to, byte[] message, CancellationToken cancellationToken)
    {
        var size = _extensions.TryGetValue("SIZE", out var limit);
        if (long.TryParse(limit, out var most) && most > 0 && message.Length > most)
        {
            throw new MailFaultException(MailFault.Refused, $"the message has {message.Length} bytes, and {_host.Name} takes {most}");
        }

        var declared = size ? FormattableString.Invariant($" SIZE={message.Length}") : "";
        Take(await AskAsync($"MAIL FROM:<{EmlHeader.Address("From", from)}>{declared}", cancellationToken).ConfigureAwait(false), $"the sender {from}");
        Take(await AskAsync($"RCPT TO:<{EmlHeader.Address("To", to)}>", cancellationToken).ConfigureAwait(false), $"the recipient {to}");
        var reply = await AskAsync("DATA", cancellationToken).ConfigureAwait(false);
        if (reply.Code != 354)
        {
            Take(reply, "the message");
            throw _connection.Wrong($"answers DATA with {reply.Said}");
        }

        await _connection.WriteAsync(Stuffed(message), cancellationToken).ConfigureAwait(false);
        Take(await SmtpReply.ReadAsync(_connection, cancellationToken).ConfigureAwait(false), "the message");
    }

    /// <summary>Says goodbye; what is answered no longer matters.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _connection.WriteLineAsync("QUIT", cancellationToken).ConfigureAwait(false);
        }
        catch (MailFaultException)
        {
            // The message is theirs already.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    /// <summary>Dots at the beginning of lines doubled, and the end (RFC 5321 §4.5.2).</summary>
    internal static byte[] Stuffed(ReadOnlySpan<byte> message)
    {
        var body = new MemoryStream(message.Length + 64);
        var isStart = true;
        foreach (var letter in message)
        {
            if (isStart && letter == (byte)'.')
            {
                body.WriteByte((byte)'.');
            }

            body.WriteByte(letter);
            isStart = letter == (byte)'\n';
        }

        body.Write(isStart ? ".\r\n"u8 : "\r\n.\r\n"u8);
        return body.ToArray();
    }

    /// <summary>The date and time of RFC 5322 §3.3 in a text, if there is one.</summary>
    internal static DateTimeOffset? ClockOf(string text) => Moment().Match(text) is { Success: true } found
        && DateTimeOffset.TryParseExact(found.Value, "d MMM yyyy HH:mm:ss zzz", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var moment)
            ? moment
            : null;

    [GeneratedRegex(@"\b\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Moment();

    private HashSet<string> Offered => [.. _extensions.GetValueOrDefault("AUTH", "").Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    private async Task GreetAsync(CancellationToken cancellationToken)
    {
        // RFC 5321 §4.1.4 wants our name; a home machine has none, and its address is nobody's business.
        var reply = await AskAsync("EHLO [127.0.0.1]", cancellationToken).ConfigureAwait(false);
        Need(reply, "EHLO is answered with");
        _extensions = new(StringComparer.Ordinal);
        foreach (var line in reply.Lines.Skip(1))
        {
            var words = line.ToUpperInvariant().Split(' ', 2, StringSplitOptions.TrimEntries);
            _extensions.TryAdd(words[0], words.Length > 1 ? words[1] : "");
        }
    }

    private async Task<SmtpReply> AskAsync(string command, CancellationToken cancellationToken)
    {
        await _connection.WriteLineAsync(command, cancellationToken).ConfigureAwait(false);
        return await SmtpReply.ReadAsync(_connection, cancellationToken).ConfigureAwait(false);
    }

    // A server that refuses before it has seen a message refuses no message: it may be better tomorrow.
    private void Need(SmtpReply reply, string what)
    {
        if (!reply.IsDone)
        {
            throw new MailFaultException(MailFault.Unreachable, $"{_host.Name} cannot be used: {what} {reply.Said}");
        }
    }

    private void More(SmtpReply reply)
    {
        if (reply.Code != 334)
        {
            Accept(reply);
            throw _connection.Wrong($"asks for no password: {reply.Said}");
        }
    }

    private void Accept(SmtpReply reply)
    {
        if (reply.Code == 235)
        {
            return;
        }

        // Any other success is none: a login that was not accepted must not look like one.
        throw reply.IsDone || reply.IsMore ? _connection.Wrong($"answers a login with {reply.Said}") : new MailFaultException(
            reply.IsLater ? MailFault.Unreachable : MailFault.LoginNeeded, $"{_host.Name} does not accept the login of {_host.User}: {reply.Said}");
    }

    private void Take(SmtpReply reply, string what)
    {
        if (reply.IsDone)
        {
            return;
        }

        if (reply.IsMore)
        {
            throw _connection.Wrong($"asks for more in answer to {what}: {reply.Said}");
        }

        // RFC 4954 §6: 530 asks for a login, whatever it answers.
        var fault = reply.IsLater ? MailFault.Unreachable : reply.Code == 530 ? MailFault.LoginNeeded : MailFault.Refused;
        throw new MailFaultException(fault, $"{_host.Name} {(reply.IsLater ? "does not take" : "refuses")} {what}{(reply.IsLater ? " now" : "")}: {reply.Said}");
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Listed(HashSet<string> offered) => offered.Count == 0 ? "no login" : string.Join(", ", offered);
}
