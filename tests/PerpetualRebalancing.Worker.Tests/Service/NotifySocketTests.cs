using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using PerpetualRebalancing.Worker.Service;
using PerpetualRebalancing.Worker.Tests.Faults;

namespace PerpetualRebalancing.Worker.Tests.Service;

/// <summary>What a supervisor such as systemd hears, on a real datagram socket.</summary>
public class NotifySocketTests
{
    private const string NoUnix = "Windows has no datagram sockets in folders.";

    [Fact]
    public async Task A_supervised_service_says_that_it_is_ready_that_it_lives_and_that_it_stops()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NoUnix);
        using var installation = new Installation();
        using var supervisor = new Supervisor();
        using var service = await RunningService.Start(installation, ("NOTIFY_SOCKET", supervisor.Address), ("WATCHDOG_USEC", "200000"));
        Assert.Equal("READY=1", await supervisor.Hears());
        Assert.Equal("WATCHDOG=1", await supervisor.Hears());
        Assert.Equal("WATCHDOG=1", await supervisor.Hears());

        // Heard while it stops: whoever does not read fills the queue, and holds up who writes.
        var end = service.Terminate();
        string heard;
        do
        {
            heard = await supervisor.Hears();
            Assert.Contains(heard, new[] { "WATCHDOG=1", "STOPPING=1" });
        }
        while (heard != "STOPPING=1");

        Assert.Equal(ExitCode.Done, await end);
    }

    [Fact]
    public async Task Signs_of_life_are_given_at_half_of_the_time_and_only_while_the_scheduler_ticks()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NoUnix);
        using var supervisor = new Supervisor();
        using var socket = Connect(supervisor, ("WATCHDOG_USEC", "60000000"));
        var time = new HandTime();
        var pulse = new Pulse(time);
        using var watch = socket.Watch(pulse, time);
        Assert.Equal(TimeSpan.FromSeconds(30), time.Period);

        time.Ring(after: TimeSpan.Zero);
        Assert.Equal("WATCHDOG=1", await supervisor.Hears());
        time.Ring(after: Pulse.Patience);
        Assert.False(supervisor.HasMore, "The scheduler has stopped, and the supervisor was told that it lives.");
        pulse.Beat();
        time.Ring(after: Pulse.Patience - TimeSpan.FromTicks(1));
        Assert.Equal("WATCHDOG=1", await supervisor.Hears());
        Assert.False(supervisor.HasMore);
    }

    [Fact]
    public async Task A_name_outside_all_folders_is_reached_too()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has such names.");
        using var supervisor = new Supervisor(isInAFolder: false);
        using var socket = Connect(supervisor);
        socket.Ready();
        Assert.Equal("READY=1", await supervisor.Hears());
    }

    [Theory]
    [InlineData("60000000", null, 60)]
    [InlineData("60000000", "of another process", null)]
    [InlineData("soon", null, null)]
    [InlineData("0", null, null)]
    [InlineData("-5", null, null)]
    [InlineData("99999999999999999999", null, null)]
    public void A_watchdog_that_is_not_meant_for_this_process_or_makes_no_sense_is_none(string microseconds, string? process, int? seconds)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NoUnix);
        using var supervisor = new Supervisor();
        using var socket = process is null
            ? Connect(supervisor, ("WATCHDOG_USEC", microseconds), ("WATCHDOG_PID", $"{Environment.ProcessId}"))
            : Connect(supervisor, ("WATCHDOG_USEC", microseconds), ("WATCHDOG_PID", $"{Environment.ProcessId + 1}"));
        Assert.Equal(seconds is { } s ? TimeSpan.FromSeconds(s) : null, socket.Watchdog);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("vsock:2:1234")]
    [InlineData("/nowhere/notify")]
    public void A_supervisor_that_cannot_be_told_does_not_stop_the_service(string? address)
    {
        var environment = ImmutableDictionary<string, string>.Empty;
        using var socket = NotifySocket.Of(address is null ? environment : environment.Add("NOTIFY_SOCKET", address), NullLogger.Instance);
        socket.Ready();
        socket.Stopping();
    }

    [Fact]
    public async Task A_supervisor_that_has_gone_does_not_stop_the_service()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NoUnix);
        NotifySocket socket;
        using (var supervisor = new Supervisor())
        {
            socket = Connect(supervisor);
            socket.Ready();
            Assert.Equal("READY=1", await supervisor.Hears());
        }

        socket.Stopping();
        socket.Dispose();
        socket.Stopping();
    }

    private static NotifySocket Connect(Supervisor supervisor, params (string Name, string Value)[] more) => NotifySocket.Of(
        more.Append(("NOTIFY_SOCKET", supervisor.Address)).ToImmutableDictionary(v => v.Item1, v => v.Item2), NullLogger.Instance);
}
