using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace PerpetualRebalancing.Worker.Service;

/// <summary>Tells whoever supervises the process how it is: systemd, or anything else that sets <c>NOTIFY_SOCKET</c>. One datagram per
/// message (sd_notify(3), sd_watchdog_enabled(3)). Nobody listening is not a fault: the service matters, not the telling.</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly Socket? _socket;
    private readonly ILogger _logger;

    private NotifySocket(Socket? socket, TimeSpan? watchdog, ILogger logger) => (_socket, Watchdog, _logger) = (socket, watchdog, logger);

    /// <summary>How long the supervisor waits for a sign of life before it restarts the service; null when it does not watch.</summary>
    public TimeSpan? Watchdog { get; }

    /// <summary>Connects as the environment says; without <c>NOTIFY_SOCKET</c> to nobody.</summary>
    public static NotifySocket Of(ImmutableDictionary<string, string> environment, ILogger logger)
    {
        if (environment.GetValueOrDefault("NOTIFY_SOCKET") is not ['/' or '@', ..] address)
        {
            return new NotifySocket(null, null, logger);
        }

        // A supervisor that does not read must not hold up the service.
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { SendTimeout = 1000 };
        try
        {
            // A name that begins with @ is in no folder; the kernel wants a zero there.
            socket.Connect(new UnixDomainSocketEndPoint(address[0] == '@' ? $"\0{address[1..]}" : address));
        }
        catch (SocketException e)
        {
            ServiceLog.NobodyListens(logger, e.Message);
        }

        return new NotifySocket(socket, WatchdogOf(environment), logger);
    }

    /// <summary>The service is ready to work.</summary>
    public void Ready() => Tell("READY=1");

    /// <summary>The service is about to end.</summary>
    public void Stopping() => Tell("STOPPING=1");

    /// <summary>Gives signs of life at half the time that the supervisor waits, as long as <paramref name="pulse"/> has them.</summary>
    /// <returns>Dispose it to stop.</returns>
    public IDisposable? Watch(Pulse pulse, TimeProvider time) => Watchdog is not { } patience ? null : time.CreateTimer(
        _ =>
        {
            if (pulse.IsAlive)
            {
                Tell("WATCHDOG=1");
            }
        },
        null, TimeSpan.Zero, patience / 2);

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private void Tell(string message)
    {
        if (_socket is not { Connected: true })
        {
            return;
        }

        try
        {
            _socket.Send(Encoding.UTF8.GetBytes(message));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            ServiceLog.NobodyListens(_logger, e.Message);
        }
    }

    // The watchdog may be meant for another process, whose environment we have inherited.
    private static TimeSpan? WatchdogOf(ImmutableDictionary<string, string> environment) =>
        environment.GetValueOrDefault("WATCHDOG_PID") is { } id && id != Environment.ProcessId.ToString(CultureInfo.InvariantCulture) ? null
        : long.TryParse(environment.GetValueOrDefault("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
            && microseconds is > 0 and < 1_000_000_000_000
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;
}
