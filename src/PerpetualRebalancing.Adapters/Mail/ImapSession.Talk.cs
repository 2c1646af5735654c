using System.Globalization;
using System.Text;

namespace PerpetualRebalancing.Adapters.Mail;

internal sealed partial class ImapSession
{
    private async Task BeginAsync(string? authority, CancellationToken cancellationToken)
    {
        var greeting = await NextAsync(cancellationToken).ConfigureAwait(false);
        if (greeting.Tag != "*" || !greeting.Begins("OK"))
        {
            // PREAUTH would skip STARTTLS and the login: somebody between may have made it up (RFC 9051 §11.1).
            throw _connection.Wrong("does not greet as an IMAP server to log in to does");
        }

        await LearnAsync(cancellationToken).ConfigureAwait(false);
        if (_host.Security != MailSecurity.Starttls)
        {
            return;
        }

        if (!_can.Contains("STARTTLS"))
        {
            throw new MailFaultException(MailFault.Unreachable, $"{_host.Name} does not offer STARTTLS, and nothing is said in clear; somebody between may have removed the offer");
        }

        Need(await AskAsync("STARTTLS", null, cancellationToken).ConfigureAwait(false), "STARTTLS");
        await _connection.ProtectAsync(_host.Host, authority, _times.Connect, cancellationToken).ConfigureAwait(false);

        // RFC 9051 §6.2.1: what was said before TLS is forgotten.
        await LearnAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task LearnAsync(CancellationToken cancellationToken)
    {
        _can.Clear();
        Need(await AskAsync("CAPABILITY", response =>
        {
            if (response.Begins("CAPABILITY"))
            {
                _can.UnionWith(response.Pieces.Skip(1).Take(500).Select(p => p.Word));
            }
        }, cancellationToken).ConfigureAwait(false), "CAPABILITY");
    }

    private async Task AuthenticateAsync(string mechanism, string secret, CancellationToken cancellationToken)
    {
        var answer = Convert.ToBase64String(Encoding.UTF8.GetBytes(secret));
        var isSaid = _can.Contains("SASL-IR");
        Accept(await WholeAsync(async token =>
        {
            var tag = await SayAsync(isSaid ? $"AUTHENTICATE {mechanism} {answer}" : $"AUTHENTICATE {mechanism}", token).ConfigureAwait(false);
            return await EndAsync(tag, null, token, async () =>
            {
                // A second request explains a refusal (XOAUTH2); an empty line takes note of it.
                await _connection.WriteLineAsync(isSaid ? "" : answer, token).ConfigureAwait(false);
                isSaid = true;
            }).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false));
        await LearnAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Accept(ImapResponse end)
    {
        if (end.Begins("OK"))
        {
            return;
        }

        throw new MailFaultException(
            Passing.Contains(end.CodeName) ? MailFault.Unreachable : MailFault.LoginNeeded, $"{_host.Name} does not accept the login of {_host.User}: {Short(end.Text)}");
    }

    private void Need(ImapResponse end, string what)
    {
        if (!end.Begins("OK"))
        {
            throw new MailFaultException(MailFault.Unreachable, $"{_host.Name} refuses {what}: {Short(end.Text)}");
        }
    }

    private Task<ImapResponse> AskAsync(string command, Action<ImapResponse>? news, CancellationToken cancellationToken) =>
        WholeAsync(async token => await EndAsync(await SayAsync(command, token).ConfigureAwait(false), news, token).ConfigureAwait(false), cancellationToken);

    // However much a server says, and however slowly: there is an end.
    private async Task<ImapResponse> WholeAsync(Func<CancellationToken, Task<ImapResponse>> talk, CancellationToken cancellationToken)
    {
        using var whole = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        whole.CancelAfter(_times.Command);
        try
        {
            return await talk(whole.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MailFaultException(MailFault.Unreachable, $"{_host.Name} does not come to an end with an answer", e);
        }
    }

    private async Task<string> SayAsync(string command, CancellationToken cancellationToken)
    {
        var tag = string.Create(CultureInfo.InvariantCulture, $"A{++_commands}");
        await _connection.WriteLineAsync($"{tag} {command}", cancellationToken).ConfigureAwait(false);
        return tag;
    }

    private async Task<ImapResponse> EndAsync(string tag, Action<ImapResponse>? news, CancellationToken cancellationToken, Func<Task>? more = null)
    {
        for (var asked = 0; ;)
        {
            var response = await NextAsync(cancellationToken).ConfigureAwait(false);
            if (response.Tag == tag)
            {
                return response.Pieces.Length > 0 ? response : throw _connection.Wrong("ends a command without saying how");
            }

            if (response.Tag == "*")
            {
                news?.Invoke(response);
            }
            else if (response.Tag == "+" && more is not null && asked < 2)
            {
                asked++;
                await more().ConfigureAwait(false);
            }
            else
            {
                throw _connection.Wrong($"answers {response.Tag} in answer to {tag}");
            }
        }
    }

    private async Task<ImapResponse> NextAsync(CancellationToken cancellationToken)
    {
        var response = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (response.Tag == "*" && response.Begins("BYE"))
        {
            throw new MailFaultException(MailFault.Unreachable, $"{_host.Name} ends the conversation: {Short(response.Text)}");
        }

        if (response.Counted("EXISTS") is { } count)
        {
            HasNews |= count > Count;
            Count = count;
        }

        if (response.Counted("EXPUNGE") is not null && Count > 0)
        {
            Count--;
        }

        return response;
    }

    private void Ended(string tag, ImapResponse response)
    {
        if (response.Tag != "*")
        {
            Need(response, "IDLE");
            throw _connection.Wrong($"ends {tag} by itself");
        }
    }

    private InboundMail? Fetched(ImapResponse response, uint uid, int length)
    {
        if (response.Counted("FETCH") is null)
        {
            return null;
        }

        uint? number = null;
        DateTimeOffset? received = null;
        ReadOnlyMemory<byte>? raw = null;
        for (var i = 3; i + 1 < response.Pieces.Length; i++)
        {
            var (name, value) = (response.Pieces[i], response.Pieces[i + 1]);
            if (name.Is("UID"))
            {
                number = value.Number;
            }
            else if (name.Is("INTERNALDATE") && value.Kind == ImapKind.Text)
            {
                received = Moment(value.Word);
            }
            else if ((name.Is("BODY[]<0>") || name.Is("BODY[]")) && value.Kind == ImapKind.Text)
            {
                raw = value.Bytes;
            }
            else
            {
                continue;
            }

            i++;
        }

        // News of the flags of any mail may come between.
        if (number != uid || raw is null)
        {
            return null;
        }

        return received is null || raw.Value.Length > length
            ? throw _connection.Wrong("tells a mail without its moment, or more of it than was asked for")
            : new InboundMail(new InboxCursor(UidValidity, uid), received.Value, raw.Value);
    }

    // RFC 9051 §9, date-time; a day before the tenth has a space in front.
    private static DateTimeOffset? Moment(string text) => DateTimeOffset.TryParseExact(
        text.Trim(), ["dd-MMM-yyyy HH:mm:ss zzz", "d-MMM-yyyy HH:mm:ss zzz"], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;

    private static bool IsPlain(string text) => text.All(c => c is >= ' ' and <= '~');

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Short(string text) => text.Length <= 300 ? text : text[..300] + "…";
}
