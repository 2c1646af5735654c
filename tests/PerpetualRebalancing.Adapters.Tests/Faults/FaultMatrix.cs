using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Upstreams;

namespace PerpetualRebalancing.Adapters.Tests.FaultMatrices;

/// <summary>Every operation of an adapter under every fault of the wire, before and after the service did what it was asked. What must come
/// out is in two tables: <see cref="WireFaults"/> says what is known, <see cref="FaultTable"/> what that means.</summary>
public abstract partial class FaultMatrix
{
    private const string Key = "PR2611FAULT01";

    private static readonly string[] Reads = ["list", "find", "positions", "quotes"];

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>All faults, each after the service did what it was asked and before.</summary>
    public static TheoryData<WireFault, bool> Faults => [.. Enum.GetValues<WireFault>().SelectMany(f => new[] { (f, true), (f, false) })];

    /// <summary>All faults of all reads.</summary>
    public static TheoryData<string, WireFault, bool> FaultsOfReads =>
        [.. Reads.SelectMany(read => Enum.GetValues<WireFault>().SelectMany(f => new[] { (read, f, true), (read, f, false) }))];

    /// <summary>All faults of what is not the placement itself.</summary>
    public static TheoryData<string, WireFault> FaultsBeside =>
        [.. new[] { "login", "list", "positions", "quotes", "cancel", "other" }.SelectMany(o => Enum.GetValues<WireFault>().Where(f => !WireFaults.IsAtConnection(f)).Select(f => (o, f)))];

    /// <summary>A fake with everything a <see cref="FaultRig"/> asks for, not started.</summary>
    protected abstract FaultRig Plug(TimeProvider clock);

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_placement_ends_as_the_table_says_and_is_sent_at_most_once(WireFault fault, bool isApplied)
    {
        await using var rig = await StartAsync(fault);
        isApplied &= WireFaults.CanFollowSuccess(fault, rig.SaysNoWithSuccess);
        var broker = await BrokenAsync(rig, "place", fault, isApplied);

        var outcome = await broker.PlaceAsync(rig.Ticket(Key), Stop);

        AssertSafe(rig, outcome);
        var isMangled = fault is WireFault.ExtraFields or WireFault.UnknownEnum or WireFault.ClockSkew;
        switch (outcome)
        {
            // Its clock is judged where it is read; an order that was taken was taken.
            case PlacementOutcome.Acknowledged acknowledged when isMangled:
                Assert.True(isApplied);
                Assert.Equal(Key, acknowledged.Order.ClientKey);
                Assert.False(acknowledged.Order.IsTerminal, "what is unknown is not the end");
                break;
            case PlacementOutcome.InDoubt when isMangled:
                Assert.False(isApplied && fault != WireFault.UnknownEnum, $"{fault} harmed an acknowledgement: {outcome}");
                break;
            default:
                Assert.Equal(FaultTable.Of(WireFaults.Of(fault, rig.SaysNoWithSuccess)!.Value).Placement, KnowledgeOf(outcome));
                break;
        }

        rig.Fake.Mend("place");
        var found = await (await GoodAsync(rig)).FindAsync(rig.Account, Key, Stop);
        Assert.Equal(rig.Orders(Key) == 1, found is not null);
    }

    [Theory]
    [MemberData(nameof(FaultsBeside))]
    public async Task A_placement_stays_safe_whatever_else_is_broken(string operation, WireFault fault)
    {
        await using var rig = await StartAsync(fault);
        var broker = await BrokenAsync(rig, operation, fault, WireFaults.CanFollowSuccess(fault, rig.SaysNoWithSuccess));

        AssertSafe(rig, await broker.PlaceAsync(rig.Ticket(Key), Stop));
    }

    [Theory]
    [MemberData(nameof(FaultsOfReads))]
    public async Task A_read_says_what_is_known_and_recovers(string read, WireFault fault, bool isApplied)
    {
        await using var rig = await StartAsync(fault);
        var operation = read == "find" ? "list" : read;
        var good = await GoodAsync(rig);
        AssertPlaced(await good.PlaceAsync(rig.Ticket(Key), Stop));
        var broker = await BrokenAsync(rig, operation, fault, isApplied);
        var before = rig.Fake.Requests.Count;

        var thrown = await Record.ExceptionAsync(() => ReadAsync(rig, broker, read));

        var asked = rig.Fake.Requests.Skip(before).Where(r => r.Operation == operation).CountBy(r => r.Path).Select(p => p.Value).DefaultIfEmpty().Max();
        if (asked == 0 && !WireFaults.IsAtConnection(fault))
        {
            Assert.True(read == "quotes", $"{read} asked nothing that the fake calls {operation}");
            return;
        }

        if (isApplied && WireFaults.Of(fault, rig.SaysNoWithSuccess) is null)
        {
            // A word that is not known may stand where nothing can be told without it; then the read says so.
            Assert.True(thrown is null || (fault == WireFault.UnknownEnum && thrown is UpstreamException { Fault: UpstreamFault.Unreadable or UpstreamFault.Refused }), $"{thrown}");
        }
        else if (thrown is not null || read != "quotes" || !WireFaults.IsAtConnection(fault))
        {
            AssertFault(rig, fault, isApplied, Assert.IsType<UpstreamException>(thrown), asked);
        }

        if (!WireFaults.IsAtConnection(fault))
        {
            rig.Fake.Mend(operation);
            await ReadAsync(rig, broker, read);
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_cancellation_never_says_more_than_is_known(WireFault fault, bool isApplied)
    {
        await using var rig = await StartAsync(fault);
        isApplied &= WireFaults.CanFollowSuccess(fault, rig.SaysNoWithSuccess);
        AssertPlaced(await (await GoodAsync(rig)).PlaceAsync(rig.Ticket(Key), Stop));
        var broker = await BrokenAsync(rig, "cancel", fault, isApplied);

        var outcome = await broker.CancelAsync(rig.Account, Key, Stop);

        Assert.InRange(Asked(rig, "cancel"), 0, 1);
        switch (outcome)
        {
            case CancelOutcome.Cancelled cancelled:
                Assert.True(rig.IsCancelled(Key), "it says taken back and was not");
                Assert.Equal(BrokerOrderState.Cancelled, cancelled.Order.State);
                break;
            case CancelOutcome.InDoubt doubt:
                Assert.False(isApplied && fault == WireFault.ExtraFields, doubt.Why);
                break;
            default:
                Assert.Fail($"{outcome}: the order was open when it was asked");
                break;
        }

        rig.Fake.Mend("cancel");
        var found = await (await GoodAsync(rig)).FindAsync(rig.Account, Key, Stop);
        Assert.Equal(rig.IsCancelled(Key), found?.IsTerminal);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_login_is_a_state_and_never_an_exception(WireFault fault, bool isApplied)
    {
        await using var rig = await StartAsync(fault);
        var broker = await BrokenAsync(rig, "login", fault, isApplied);
        var asked = Asked(rig, "login");

        var state = await broker.SessionAsync(rig.Account, Stop);

        var isHarmless = isApplied && (fault == WireFault.ExtraFields || (fault == WireFault.UnknownEnum && !rig.LoginHasWords));
        var isAsked = Asked(rig, "login") > asked;
        Assert.True(isHarmless ? state is SessionState.Ready : !isAsked || state is not SessionState.Ready, $"{state}");
        if (!WireFaults.IsAtConnection(fault))
        {
            rig.Fake.Mend("login");
            Assert.IsType<SessionState.Ready>(await broker.SessionAsync(rig.Account, Stop));
        }
    }

    private static Knowledge KnowledgeOf(PlacementOutcome outcome) => outcome switch
    {
        PlacementOutcome.Rejected => Knowledge.NotPlaced,
        PlacementOutcome.Waits => Knowledge.Waits,
        PlacementOutcome.InDoubt => Knowledge.Unknown,
        _ => throw new InvalidOperationException($"{outcome} says that it was placed."),
    };

    private static void AssertSafe(FaultRig rig, PlacementOutcome outcome)
    {
        Assert.InRange(Asked(rig, "place"), 0, 1);
        Assert.InRange(rig.Orders(Key), 0, 1);
        Assert.False(rig.Orders(Key) == 1 && outcome is PlacementOutcome.Rejected or PlacementOutcome.Waits, $"the service has the order, and it says {outcome}");
        Assert.False(rig.Orders(Key) == 0 && outcome is PlacementOutcome.Acknowledged or PlacementOutcome.AlreadyPlaced, $"the service has no order, and it says {outcome}");
    }

    private static void AssertPlaced(PlacementOutcome outcome) => Assert.True(outcome is PlacementOutcome.Acknowledged, $"{outcome}");

    private static int Asked(FaultRig rig, string operation) => rig.Fake.Requests.Count(r => r.Operation == operation);

    private static void AssertFault(FaultRig rig, WireFault fault, bool isApplied, UpstreamException thrown, int asked)
    {
        // Unasked, a mangled answer is an empty object: out of contract, like any.
        var expected = WireFaults.Of(fault, rig.SaysNoWithSuccess) ?? UpstreamFault.Unreadable;
        Assert.True(thrown.Fault == expected || (!isApplied && thrown.Fault == UpstreamFault.Unreadable && expected == UpstreamFault.ClockDiffers), $"{fault} came to {thrown.Fault}: {thrown.Message}");
        if (!WireFaults.IsAtConnection(fault) && expected != UpstreamFault.Throttled)
        {
            Assert.Equal(FaultTable.Of(expected).IsReadAgain ? Tries : 1, asked);
        }
    }
}
