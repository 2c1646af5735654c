using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PerpetualRebalancing.Upstreams.Mail;

/// <summary>A server that says what it was told to, whatever it is asked: for answers that no real server gives.</summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly StringBuilder _heard = new();
    private readonly Lock _gate = new();
    private readonly Func<string, string?> _answer;
    private readonly byte[] _greeting;
    private readonly Task _serving;

    /// <summary>Takes connections at once.</summary>
    /// <param name="greeting">What is said first (each letter one byte).</param>
    /// <param name="answer">What is said to a line; null closes the connection.</param>
    public ScriptedServer(string greeting, Func<string, string?> answer)
    {
        (_greeting, _answer) = (Encoding.Latin1.GetBytes(greeting), answer);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = ServeAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>All that was said to it.</summary>
    public string Heard
    {
        get
        {
            lock (_gate)
            {
                return _heard.ToString();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _serving;
        _listener.Dispose();
        _closing.Dispose();
    }

    private async Task ServeAsync()
    {
        var talks = new List<Task>();
        try
        {
            while (true)
            {
                talks.Add(TalkAsync(await _listener.AcceptTcpClientAsync(_closing.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(talks);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var owned = client;
        try
        {
            var stream = client.GetStream();
            await stream.WriteAsync(_greeting, _closing.Token);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            while (await reader.ReadLineAsync(_closing.Token) is { } line)
            {
                lock (_gate)
                {
                    _heard.Append(line).Append('\n');
                }

                if (_answer(line) is not { } answer)
                {
                    return;
                }

                await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), _closing.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The other side left, or the test is over.
        }
    }
}
