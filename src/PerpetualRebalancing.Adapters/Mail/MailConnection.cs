using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>A conversation in lines that end in CRLF, over TCP and TLS. Every wait has an end, and nothing is read without a limit. A read is
/// never cancelled, since a cancelled one would leave the stream unusable: whoever gives up waiting leaves it pending, and the next one to
/// read takes it over.</summary>
internal sealed class MailConnection : IDisposable
{
    private const int BufferSize = 16 * 1024;

    private readonly string _name;
    private readonly TimeSpan _step;
    private readonly byte[] _buffer = new byte[BufferSize];
    private Stream _stream;
    private int _start;
    private int _end;
    private Task<int>? _pending;

    /// <summary>Speaks over a stream that is open already.</summary>
    /// <param name="stream">Owned from now on.</param>
    /// <param name="name">The server, for messages.</param>
    /// <param name="step">How long one wait may take.</param>
    public MailConnection(Stream stream, string name, TimeSpan step) => (_stream, _name, _step) = (stream, name, step);

    /// <summary>The server, for messages.</summary>
    public string Name => _name;

    /// <summary>Whether what is said is protected.</summary>
    public bool IsProtected => _stream is SslStream;

    /// <summary>Whether something has come that nobody has read.</summary>
    public bool HasMore => _start < _end;

    /// <summary>Connects; with TLS at once where the server is to be spoken to so.</summary>
    /// <exception cref="MailFaultException">The server cannot be reached, or cannot prove who it is.</exception>
    public static async Task<MailConnection> OpenAsync(MailHost host, string? authority, MailTimes times, CancellationToken cancellationToken)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            attempt.CancelAfter(times.Connect);
            await client.ConnectAsync(host.Host, host.Port, attempt.Token).ConfigureAwait(false);
            client.Client.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            if (host.Security == MailSecurity.None && !IPAddress.IsLoopback(((IPEndPoint)client.Client.RemoteEndPoint!).Address))
            {
                throw new MailFaultException(MailFault.Unreachable, $"{host.Name} is not this machine itself, and nothing is said to another one in clear");
            }
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            client.Dispose();
            throw new MailFaultException(MailFault.Unreachable, $"{host.Name} takes no connection: {(e is SocketException ? e.Message : "no answer in time")}", e);
        }
        catch
        {
            client.Dispose();
            throw;
        }

        var connection = new MailConnection(client.GetStream(), host.Name, times.Step);
        if (host.Security != MailSecurity.Tls)
        {
            return connection;
        }

        try
        {
            await connection.ProtectAsync(host.Host, authority, times.Connect, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Turns to TLS. Whatever the server, or somebody between, said before and nobody has read yet would be believed to have
    /// come under TLS: the connection ends there.</summary>
    /// <exception cref="MailFaultException">The server cannot prove who it is.</exception>
    /// <exception cref="MailProtocolException">Something was said in clear after the agreement.</exception>
    public async Task ProtectAsync(string host, string? authority, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (HasMore || _pending is not null)
        {
            throw Wrong("went on in clear after it had agreed to TLS: somebody may stand between");
        }

        var options = new SslClientAuthenticationOptions { TargetHost = host };
        if (authority is not null)
        {
            options.CertificateChainPolicy = PolicyOf(authority);
        }

        var secure = new SslStream(_stream, leaveInnerStreamOpen: false);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        attempt.CancelAfter(patience);
        try
        {
            await secure.AuthenticateAsClientAsync(options, attempt.Token).ConfigureAwait(false);
            _stream = secure;
        }
        catch (Exception e) when (e is AuthenticationException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw new MailFaultException(
                MailFault.Unreachable,
                e is AuthenticationException ? $"{_name} cannot prove who it is, so nothing was said to it: {FirstLine(e.Message)}" : $"{_name} did not agree on TLS", e);
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Says something.</summary>
    /// <exception cref="MailFaultException">The connection broke, or the server takes nothing.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await _stream.WriteAsync(bytes, CancellationToken.None).AsTask().WaitAsync(_step, cancellationToken).ConfigureAwait(false);
            await _stream.FlushAsync(CancellationToken.None).WaitAsync(_step, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or TimeoutException)
        {
            throw Lost(e);
        }
    }

    /// <summary>Says a line of ASCII letters.</summary>
    /// <exception cref="MailFaultException">The connection broke, or the server takes nothing.</exception>
    public Task WriteLineAsync(string line, CancellationToken cancellationToken)
    {
        // A line end inside would be a second command of somebody else's choice.
        if (line.AsSpan().ContainsAny('\r', '\n', '\0') || !Ascii.IsValid(line))
        {
            throw new ArgumentException("A command is one line of ASCII letters.", nameof(line));
        }

        return WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancellationToken);
    }

    /// <summary>Waits until there is something to read, or the time is over; nothing is lost either way.</summary>
    /// <returns>Whether there is something.</returns>
    /// <exception cref="MailFaultException">The connection broke.</exception>
    public async Task<bool> WaitAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        if (HasMore)
        {
            return true;
        }

        try
        {
            await FillAsync(patience, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Reads a line without its end.</summary>
    /// <param name="limit">The most bytes it may have.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="MailProtocolException">It is longer, or holds a NUL or a bare CR.</exception>
    /// <exception cref="MailFaultException">The connection broke, or nothing comes.</exception>
    public async Task<byte[]> ReadLineAsync(int limit, CancellationToken cancellationToken)
    {
        var line = new ArrayBufferWriter<byte>(256);
        while (true)
        {
            await NeedAsync(cancellationToken).ConfigureAwait(false);
            var there = _buffer.AsSpan(_start, _end - _start);
            var end = there.IndexOf((byte)'\n');
            var part = end < 0 ? there : there[..(end + 1)];
            if (line.WrittenCount + part.Length > limit + 2)
            {
                throw Wrong($"sends a line of more than {limit} bytes");
            }

            line.Write(part);
            _start += part.Length;
            if (end >= 0)
            {
                return Ended(line.WrittenSpan);
            }
        }
    }

    /// <summary>Reads bytes as they come.</summary>
    /// <exception cref="MailFaultException">The connection broke, or nothing comes.</exception>
    public async Task ReadAsync(Memory<byte> into, CancellationToken cancellationToken)
    {
        while (into.Length > 0)
        {
            await NeedAsync(cancellationToken).ConfigureAwait(false);
            var length = Math.Min(into.Length, _end - _start);
            _buffer.AsSpan(_start, length).CopyTo(into.Span);
            _start += length;
            into = into[length..];
        }
    }

    /// <summary>What to throw at a server that says what no standard allows.</summary>
    public MailProtocolException Wrong(string what) => new($"{_name} {what}");

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private byte[] Ended(ReadOnlySpan<byte> line)
    {
        // Some servers end lines in a bare LF, which is harmless; a bare CR or NUL inside is how two readers are made to disagree.
        var text = line.EndsWith("\r\n"u8) ? line[..^2] : line[..^1];
        return text.IndexOfAny((byte)'\r', (byte)0) < 0 ? text.ToArray() : throw Wrong("sends a line with a CR or NUL inside");
    }

    private async Task NeedAsync(CancellationToken cancellationToken)
    {
        if (HasMore)
        {
            return;
        }

        try
        {
            await FillAsync(_step, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw Lost(e);
        }
    }

    private async Task FillAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        _pending ??= _stream.ReadAsync(_buffer, CancellationToken.None).AsTask();
        int length;
        try
        {
            length = await _pending.WaitAsync(patience, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            throw Lost(e);
        }

        _pending = null;
        (_start, _end) = (0, length);
        if (length == 0)
        {
            throw new MailFaultException(MailFault.Unreachable, $"{_name} closed the connection");
        }
    }

    private MailFaultException Lost(Exception e) =>
        new(MailFault.Unreachable, e is TimeoutException ? $"{_name} does not answer in time" : $"the connection to {_name} broke", e);

    private static X509ChainPolicy PolicyOf(string authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(authority);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new MailFaultException(MailFault.Unreachable, $"the certificate authority {authority} cannot be read: {FirstLine(e.Message)}", e);
        }

        return policy;
    }

    private static string FirstLine(string text) => text.Split('\n')[0].Trim();
}
