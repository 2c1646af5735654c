using System.Net.Sockets;
using System.Text;

namespace PerpetualRebalancing.Worker.Tests.Service;

/// <summary>The other end of <c>NOTIFY_SOCKET</c>: a datagram socket, as systemd opens one.</summary>
internal sealed class Supervisor : IDisposable
{
    // Long enough for a busy machine; a test that waits this long has failed.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    /// <summary>Listens at a file, or at a name that is in no folder, which only Linux has.</summary>
    public Supervisor(bool isInAFolder = true)
    {
        Address = isInAFolder ? Path.Combine(_folder.Root, "notify") : $"@{Path.GetFileName(_folder.Root)}";
        _socket.Bind(new UnixDomainSocketEndPoint(isInAFolder ? Address : $"\0{Address[1..]}"));
    }

    /// <summary>What the environment of the supervised names.</summary>
    public string Address { get; }

    /// <summary>The next message.</summary>
    public async Task<string> Hears()
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, await _socket.ReceiveAsync(buffer, SocketFlags.None).WaitAsync(Patience));
    }

    /// <summary>Whether a message waits to be read.</summary>
    public bool HasMore => _socket.Available > 0;

    public void Dispose()
    {
        _socket.Dispose();
        _folder.Dispose();
    }
}
