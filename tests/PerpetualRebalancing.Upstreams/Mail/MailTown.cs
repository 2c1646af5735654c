using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PerpetualRebalancing.Upstreams.Mail;

/// <summary>A real mail provider on this machine: Exim takes messages and delivers them into Dovecot's mailboxes, both with TLS, with all they
/// keep in a temporary folder. Exim strips foreign Authentication-Results and writes its own on top, as a good provider does:
/// <c>dmarc=pass</c> when the sender logged in as who the message says it is from, else <c>dmarc=fail</c>. A header <c>X-Test-Results</c> asks
/// for other results; see <see cref="EximRules"/>.</summary>
public sealed class MailTown : IAsyncDisposable
{
    /// <summary>The product's own mailbox.</summary>
    public const string Worker = "worker@test.local";

    /// <summary>A mailbox of a person.</summary>
    public const string Approver = "approver@test.local";

    /// <summary>A mailbox of another person.</summary>
    public const string Second = "second@test.local";

    /// <summary>A mailbox of nobody we know.</summary>
    public const string Stranger = "stranger@test.local";

    /// <summary>An address that is put off until <see cref="EndGreylisting"/>.</summary>
    public const string Greylisted = "grey@test.local";

    /// <summary>An address that is refused.</summary>
    public const string Refused = "refused@test.local";

    /// <summary>The password of all mailboxes.</summary>
    public const string Password = "s3cret pass";

    /// <summary>The name under which the town says whether a sender is genuine.</summary>
    public const string AuthenticationResults = "mx.test.local";

    private static readonly string[] Mailboxes = [Worker, Approver, Second, Stranger, Greylisted];

    private readonly string _folder = Directory.CreateTempSubdirectory("rebalancing-mail-").FullName;
    private readonly List<(Process Process, Task Output)> _running = [];
    private Process? _dovecot;
    private Process? _exim;

    private MailTown()
    {
    }

    /// <summary>The port for sending that begins in clear and turns to TLS.</summary>
    public int SmtpPort { get; private set; }

    /// <summary>The port for sending with TLS from the first byte.</summary>
    public int SmtpsPort { get; private set; }

    /// <summary>The port for reading that begins in clear and turns to TLS.</summary>
    public int ImapPort { get; private set; }

    /// <summary>The port for reading with TLS from the first byte.</summary>
    public int ImapsPort { get; private set; }

    /// <summary>The certificate of both servers, for <c>localhost</c>, as a file: the authority to trust.</summary>
    public string CertificateFile => Path.Combine(_folder, "cert.pem");

    /// <summary>Why no town can be started here, in one plain sentence; null when one can.</summary>
    public static string? Missing
    {
        get
        {
            string[] needed = ["/usr/sbin/exim4", "/usr/sbin/dovecot", "/usr/lib/dovecot/lmtp", "/usr/lib/dovecot/imap"];
            return !OperatingSystem.IsLinux() ? "The real mail servers of this test run on Linux only."
                : needed.FirstOrDefault(f => !File.Exists(f)) is { } missing ? $"{missing} is not there: install exim4-daemon-light, dovecot-imapd and dovecot-lmtpd."
                : Environment.IsPrivilegedProcess ? null
                : "Exim and Dovecot deliver mail as several users, which only the system's administrator may start.";
        }
    }

    /// <summary>Starts both servers.</summary>
    public static async Task<MailTown> StartAsync()
    {
        var town = new MailTown();
        try
        {
            await town.BuildAsync();
            await Task.WhenAll(town.StartEximAsync(), town.StartDovecotAsync());
            return town;
        }
        catch
        {
            await town.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets the greylisted address receive from now on.</summary>
    public void EndGreylisting() => File.WriteAllText(Path.Combine(_folder, "greylisting-ended"), "");

    /// <summary>Accepts an access token of a mailbox, for both servers, and no other any more; it takes a second.</summary>
    public void AcceptToken(string mailbox, string token)
    {
        File.WriteAllText(Path.Combine(_folder, "tokens"), $"{token}\t{mailbox}\n");
        File.WriteAllText(Path.Combine(_folder, "imap-tokens"), $"{mailbox}:{{PLAIN}}{token}\n");
        // Dovecot looks whether the file has changed once a second.
        Thread.Sleep(1100);
    }

    /// <summary>Puts a mail into a mailbox past all rules, as one that has been there since a moment.</summary>
    public void Put(string mailbox, byte[] mail, DateTimeOffset received, int number = 0)
    {
        var inbox = Path.Combine(_folder, "mail", mailbox, "new");
        Directory.CreateDirectory(inbox);
        var name = string.Create(CultureInfo.InvariantCulture, $"{received.ToUnixTimeSeconds()}.M{number:000000}P{RandomNumberGenerator.GetInt32(int.MaxValue)}.test");
        var file = Path.Combine(_folder, "mail", name);
        File.WriteAllBytes(file, mail);
        File.SetLastWriteTimeUtc(file, received.UtcDateTime);
        File.Move(file, Path.Combine(inbox, name));
    }

    /// <summary>Gives what <see cref="Put"/> made to the user that the servers keep mail as.</summary>
    public Task SettleAsync() => RunAsync("chown", "-R", "mail", Path.Combine(_folder, "mail"));

    /// <summary>The mails of a mailbox, oldest first.</summary>
    public IReadOnlyList<string> MailsOf(string mailbox)
    {
        var folder = Path.Combine(_folder, "mail", mailbox);
        return [.. new[] { "new", "cur" }.Select(f => Path.Combine(folder, f)).Where(Directory.Exists).SelectMany(Directory.GetFiles)
            .OrderBy(Path.GetFileName, StringComparer.Ordinal).Select(File.ReadAllText)];
    }

    /// <summary>Waits until a mailbox has so many mails.</summary>
    public async Task<IReadOnlyList<string>> WaitForAsync(string mailbox, int count)
    {
        for (var i = 0; i < 400; i++)
        {
            if (MailsOf(mailbox) is var mails && mails.Count >= count)
            {
                return mails;
            }

            await Task.Delay(50);
        }

        throw new InvalidOperationException($"{mailbox} has {MailsOf(mailbox).Count} mails after 20 seconds, not {count}. Exim says:\n{Log()}");
    }

    /// <summary>Stops the server that is read from.</summary>
    public Task StopDovecotAsync() => StopAsync(_dovecot);

    /// <summary>Starts the server that is read from, on its old ports.</summary>
    public async Task StartDovecotAsync()
    {
        _dovecot = Launch("/usr/sbin/dovecot", "-F", "-c", Path.Combine(_folder, "dovecot.conf"));
        await UpAsync(_dovecot, ImapPort);
        await UpAsync(_dovecot, ImapsPort);
    }

    /// <summary>Forgets how a mailbox was numbered, so that it gets another UIDVALIDITY. Only while Dovecot is stopped.</summary>
    public void ForgetNumbers(string mailbox)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(_folder, "mail", mailbox), "dovecot*").Where(f => !f.Contains("uidvalidity", StringComparison.Ordinal)))
        {
            File.Delete(file);
        }
    }

    /// <summary>What both servers wrote down.</summary>
    public string Log() => string.Join('\n', Directory.GetFiles(Path.Combine(_folder, "log")).Order().Select(f => $"{Path.GetFileName(f)}:\n{File.ReadAllText(f)}"));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(_exim);
        await StopAsync(_dovecot);
        foreach (var (process, _) in _running)
        {
            process.Dispose();
        }

        // A child that is on its way out may still write.
        for (var i = 0; Directory.Exists(_folder); i++)
        {
            try
            {
                Directory.Delete(_folder, recursive: true);
            }
            catch (IOException) when (i < 20)
            {
                await Task.Delay(50);
            }
        }
    }

    private async Task BuildAsync()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException(Missing);
        }

        const UnixFileMode everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(_folder, everybody);
        foreach (var name in new[] { "mail", "run", "log", "spool" }.Concat(Mailboxes.Select(m => $"mail/{m}")))
        {
            Directory.CreateDirectory(Path.Combine(_folder, name), everybody);
        }

        var ports = FreePorts(4);
        (SmtpPort, SmtpsPort, ImapPort, ImapsPort) = (ports[0], ports[1], ports[2], ports[3]);
        WriteCertificate(Path.Combine(_folder, "cert.pem"), Path.Combine(_folder, "key.pem"));
        Write("passwd", string.Concat(Mailboxes.Select(m => $"{m}:{{PLAIN}}{Password}\n")));
        Write("creds", string.Concat(Mailboxes.Select(m => $"{m}: {Password}\n")));
        Write("tokens", "");
        Write("imap-tokens", "");
        Write("exim.conf", EximRules.Write(_folder, SmtpPort, SmtpsPort));
        Write("dovecot.conf", DovecotRules.Write(_folder, ImapPort, ImapsPort));
        await SettleAsync();
        await RunAsync("chown", "-R", "Debian-exim", Path.Combine(_folder, "spool"), Path.Combine(_folder, "log"));
    }

    private async Task StartEximAsync()
    {
        _exim = Launch("/usr/sbin/exim4", "-C", Path.Combine(_folder, "exim.conf"), "-bdf", "-q5s");
        await UpAsync(_exim, SmtpPort);
        await UpAsync(_exim, SmtpsPort);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    private Process Launch(string program, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _running.Add((process, Task.WhenAll(process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync())));
        return process;
    }

    private async Task UpAsync(Process process, int port)
    {
        for (var i = 0; i < 200; i++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (!process.HasExited)
            {
                await Task.Delay(50);
            }
        }

        throw new InvalidOperationException($"Port {port} is not up after 10 seconds.\n{Log()}");
    }

    // Asked, not killed: a killed server would leave its children behind.
    private static async Task StopAsync(Process? process)
    {
        if (process is { HasExited: false })
        {
            await RunAsync("kill", "-TERM", process.Id.ToString(CultureInfo.InvariantCulture));
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error}");
        }
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        Array.ForEach(listeners, l => l.Start());
        var ports = Array.ConvertAll(listeners, l => ((IPEndPoint)l.LocalEndpoint).Port);
        Array.ForEach(listeners, l => l.Stop());
        return ports;
    }

    private static void WriteCertificate(string certificateFile, string keyFile)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
    }
}
