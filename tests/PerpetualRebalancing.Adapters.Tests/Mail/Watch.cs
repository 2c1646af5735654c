using System.Collections.Immutable;
using System.Threading.Channels;
using PerpetualRebalancing.Adapters.Mail;

namespace PerpetualRebalancing.Adapters.Tests.Mail;

/// <summary>A watch over a mailbox that remembers what it was told.</summary>
internal sealed class Watch : IAsyncDisposable
{
    private readonly Channel<InboundMail> _mails = Channel.CreateUnbounded<InboundMail>();
    private readonly Channel<InboxState> _states = Channel.CreateUnbounded<InboxState>();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Task _watching;

    public Watch(ImapInbox inbox, InboxCursor? after = null, DateOnly? since = null) =>
        _watching = inbox.WatchAsync(after, since ?? new DateOnly(2026, 11, 1), Keep, state => Assert.True(_states.Writer.TryWrite(state)), _stop.Token);

    /// <summary>Times that make a test short.</summary>
    public static MailTimes Quick { get; } = new() { FirstRetry = TimeSpan.FromMilliseconds(50), LastRetry = TimeSpan.FromMilliseconds(200) };

    public InboxCursor? Cursor { get; private set; }

    public int Told { get; private set; }

    public async Task<InboundMail> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return await _mails.Reader.ReadAsync(patience.Token);
    }

    public async Task<T> UntilAsync<T>()
        where T : InboxState
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            if (await _states.Reader.ReadAsync(patience.Token) is T state)
            {
                return state;
            }
        }
    }

    public async Task UntilReadAsync()
    {
        for (var i = 0; i < 1200 && Cursor is null; i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.NotNull(Cursor);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _watching);
        _stop.Dispose();
    }

    private void Keep(ImmutableArray<InboundMail> mails, InboxCursor place)
    {
        Assert.All(mails, mail => Assert.True(_mails.Writer.TryWrite(mail)));
        (Cursor, Told) = (place, Told + mails.Length);
    }
}
