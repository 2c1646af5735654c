using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace PerpetualRebalancing.Upstreams.Mail;

/// <summary>A person with a mail program in <see cref="MailTown"/>, who can write what no program would.</summary>
/// <param name="town">Where.</param>
/// <param name="address">Who logs in, and whom the envelope is from.</param>
public sealed class MailPerson(MailTown town, string address)
{
    /// <summary>Hands over a mail, header and all; line ends may be of any kind.</summary>
    /// <exception cref="InvalidOperationException">The server refuses it.</exception>
    public async Task WriteAsync(string to, string mail)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("localhost", town.SmtpsPort);

        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(town.CertificateFile);
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = trust });
        using var reader = new StreamReader(stream, Encoding.Latin1);
        await HearAsync(reader, '2');
        await SayAsync("EHLO [127.0.0.1]", '2');
        await SayAsync($"AUTH PLAIN {Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{address}\0{MailTown.Password}"))}", '2');
        await SayAsync($"MAIL FROM:<{address}>", '2');
        await SayAsync($"RCPT TO:<{to}>", '2');
        await SayAsync("DATA", '3');
        var lines = mail.ReplaceLineEndings("\r\n").TrimEnd('\r', '\n').Split("\r\n").Select(l => l.StartsWith('.') ? "." + l : l);
        await SayAsync(string.Join("\r\n", lines) + "\r\n.", '2');
        await SayAsync("QUIT", '2');

        async Task SayAsync(string line, char expected)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"));
            await HearAsync(reader, expected);
        }
    }

    /// <summary>Answers a mail as a mail program does, with the mail quoted below.</summary>
    /// <param name="to">Whom.</param>
    /// <param name="subject">The subject of the mail that is answered.</param>
    /// <param name="messageId">Its identity, without angle brackets.</param>
    /// <param name="words">What the person writes.</param>
    /// <param name="headers">Further header lines, each with its line end, such as <c>X-Test-Results: none\n</c>.</param>
    /// <returns>The identity of the answer.</returns>
    public async Task<string> AnswerAsync(string to, string subject, string messageId, string words, string headers = "")
    {
        var id = $"{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8))}@phone.test";
        await WriteAsync(to, $"""
            From: A Person <{address}>
            To: {to}
            Subject: Re: {subject}
            Date: Fri, 20 Nov 2026 10:00:00 +0530
            Message-ID: <{id}>
            In-Reply-To: <{messageId}>
            References: <{messageId}>
            {headers}Content-Type: text/plain; charset=utf-8

            {words}

            On Fri, 20 Nov 2026 at 09:00, {to} wrote:
            > APPROVE or REJECT
            """);
        return id;
    }

    private static async Task HearAsync(StreamReader reader, char expected)
    {
        string? line;
        do
        {
            line = await reader.ReadLineAsync();
        }
        while (line is { Length: > 3 } && line[3] == '-');
        if (line is null || line[0] != expected)
        {
            throw new InvalidOperationException($"The mail server answers: {line}");
        }
    }
}
