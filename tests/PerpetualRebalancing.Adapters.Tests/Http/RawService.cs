using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PerpetualRebalancing.Adapters.Tests.Http;

/// <summary>A socket that answers whole texts of HTTP/1.1, for what a well-made server would not do.</summary>
internal sealed class RawService : IAsyncDisposable
{
    /// <summary>Ends the connection without a word.</summary>
    public const string Close = "close";

    /// <summary>Resets the connection.</summary>
    public const string Reset = "reset";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly Func<int, string> _answer;
    private readonly Task _accepting;
    private int _requests;

    /// <summary>Takes connections.</summary>
    /// <param name="answer">What the n-th request, from 1, is answered: a whole answer, <see cref="Close"/> or <see cref="Reset"/>.</param>
    public RawService(Func<int, string> answer)
    {
        _answer = answer;
        _listener.Start();
        Root = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync();
    }

    public Uri Root { get; }

    /// <summary>How many requests were received, over all connections.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public static string Answer(string body, string headers = "", string status = "200 OK") =>
        $"HTTP/1.1 {status}\r\n{headers}Content-Length: {Encoding.Latin1.GetByteCount(body)}\r\n\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _accepting;
        _listener.Stop();
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptSocketAsync(_closing.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                var received = new StringBuilder();
                var buffer = new byte[4096];
                while (await socket.ReceiveAsync(buffer, _closing.Token) is > 0 and var n)
                {
                    received.Append(Encoding.Latin1.GetString(buffer, 0, n));
                    if (!IsWhole(received.ToString()))
                    {
                        continue;
                    }

                    received.Clear();
                    var answer = _answer(Interlocked.Increment(ref _requests));
                    if (answer is Close or Reset)
                    {
                        socket.LingerState = new LingerOption(answer == Reset, 0);
                        return;
                    }

                    await socket.SendAsync(Encoding.Latin1.GetBytes(answer), _closing.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // The other side left, or the test is over.
            }
        }
    }

    private static bool IsWhole(string request)
    {
        var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }

        var length = request[..end].Split("\r\n").FirstOrDefault(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } header
            ? int.Parse(header["Content-Length:".Length..], System.Globalization.CultureInfo.InvariantCulture)
            : 0;
        return request.Length >= end + 4 + length;
    }
}
