using System.Security.Cryptography;
using Dapper;

namespace PerpetualRebalancing.Adapters.Store;

/// <summary>The right to place orders, held by one process at a time. A placement checks it in the transaction that journals it, with
/// <see cref="StoreTransaction.RequirePlacing"/>, so a process that lost it without noticing places nothing.</summary>
public sealed class PlacingLease : IDisposable
{
    /// <summary>A holder whose last sign of life is older than this may be replaced; renew several times within it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HouseholdStore _store;

    internal PlacingLease(HouseholdStore store, string token)
    {
        _store = store;
        Token = token;
    }

    /// <summary>Proves that the lease is ours.</summary>
    public string Token { get; }

    /// <summary>Gives a sign of life.</summary>
    /// <returns>False when somebody else has taken over: stop placing.</returns>
    public bool Renew() => _store.Transact("service", transaction => transaction.RenewLease(Token));

    /// <summary>Gives the role back, if it is still ours.</summary>
    public void Release() => _store.Transact("service", transaction => transaction.ReleaseLease(Token));

    /// <summary>Gives the role back.</summary>
    public void Dispose()
    {
        try
        {
            Release();
        }
        catch (StoreException)
        {
            // Whoever waits takes over when the heartbeat is old; the failure that got us here must not be hidden by this one.
        }
    }
}

/// <summary>Who places orders.</summary>
/// <param name="ProcessId">Of the operating system.</param>
/// <param name="Host">The machine.</param>
/// <param name="Acquired">Since when.</param>
/// <param name="Heartbeat">Last sign of life.</param>
public sealed record PlacingHolder(long ProcessId, string Host, DateTimeOffset Acquired, DateTimeOffset Heartbeat);

/// <summary>Nothing may be placed now; the message says why. The transaction that asked is undone.</summary>
public sealed class PlacingRefusedException : Exception
{
    internal PlacingRefusedException(string message) : base(message)
    {
    }
}

public sealed partial class HouseholdStore
{
    /// <summary>Takes the placing role, if nobody has it or its holder has not shown life for a minute.</summary>
    /// <param name="processId">Ours, of the operating system.</param>
    /// <param name="host">The machine's name.</param>
    /// <returns>Null while somebody else holds it; <see cref="Placing"/> says who.</returns>
    public PlacingLease? TryAcquirePlacing(int processId, string host)
    {
        var token = RandomNumberGenerator.GetHexString(32, lowercase: true);
        return Transact("service", transaction => transaction.TakeLease(token, processId, host)) ? new PlacingLease(this, token) : null;
    }

    /// <summary>Who places orders now, alive or not, or null.</summary>
    public PlacingHolder? Placing() => List<PlacingHolder>(
        "select process_id as ProcessId, host, acquired, heartbeat from lease where household = @Household and role = 'placing'").FirstOrDefault();
}

public sealed partial class StoreTransaction
{
    /// <summary>The kind of intent that asks for a halt. It stops placing from the moment it is written, before anybody has answered it.</summary>
    public const string HaltIntent = "halt";

    /// <summary>Whether the placing role is still ours.</summary>
    public bool HoldsLease(string token) => Prepared.Number(
        "select count(*) from lease where household = @Household and role = 'placing' and token = @Token",
        ("@Household", _household),
        ("@Token", token)) == 1;

    /// <summary>Goes on only when an order may be journalled and sent: the lease is ours and nobody has halted, or asked to.</summary>
    /// <exception cref="PlacingRefusedException">Nothing may be placed.</exception>
    public void RequirePlacing(string token)
    {
        // One statement, because it runs before every order: 1 when the role is ours, and 2 when somebody asked for a halt.
        var found = Prepared.Number(
            """
            select exists (select 1 from lease where household = @Household and role = 'placing' and token = @Token)
                + 2 * exists (select 1 from intents where household = @Household and done_at is null and kind = @Halt)
            """,
            ("@Household", _household),
            ("@Token", token),
            ("@Halt", HaltIntent));
        if ((found & 1) == 0)
        {
            throw new PlacingRefusedException("Nothing is placed: another process has taken over the placing role.");
        }

        if (State.Halt is { } why)
        {
            throw new PlacingRefusedException($"Nothing is placed: halted ({why}). 'resume resume' allows placing again.");
        }

        if ((found & 2) != 0)
        {
            throw new PlacingRefusedException("Nothing is placed: somebody asked for a halt, which is about to be recorded.");
        }
    }

    internal bool TakeLease(string token, int processId, string host) => Connection.Execute(
        """
        insert into lease (household, role, token, process_id, host, acquired, heartbeat)
        values (@Household, 'placing', @Token, @ProcessId, @Host, @Now, @Now)
        on conflict (household, role) do update
            set token = excluded.token, process_id = excluded.process_id, host = excluded.host,
                acquired = excluded.acquired, heartbeat = excluded.heartbeat
            where lease.heartbeat < @Dead
        """,
        new { Household = _household, Token = token, ProcessId = (long)processId, Host = host, Now, Dead = Now - PlacingLease.Patience }) == 1;

    internal bool RenewLease(string token) => Connection.Execute(
        "update lease set heartbeat = @Now where household = @Household and role = 'placing' and token = @Token",
        new { Household = _household, Token = token, Now }) == 1;

    internal void ReleaseLease(string token) => Connection.Execute(
        "delete from lease where household = @Household and role = 'placing' and token = @Token", new { Household = _household, Token = token });
}
