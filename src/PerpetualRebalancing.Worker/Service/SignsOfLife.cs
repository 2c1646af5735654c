using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Service;

/// <summary>Signs of life while a step of work is under way: services outside may answer so slowly that a step outlasts the placing role
/// and the supervisor's patience. A step that records nothing for long is taken for dead all the same.</summary>
/// <param name="desk">The household.</param>
/// <param name="lease">Is renewed.</param>
/// <param name="pulse">Beats; null where no supervisor watches.</param>
internal sealed class SignsOfLife(Desk desk, PlacingLease lease, Pulse? pulse = null)
{
    /// <summary>Between two signs: three of them may be lost before the supervisor or another process does anything.</summary>
    public static readonly TimeSpan Every = PlacingLease.Patience / 8;

    /// <summary>A step that has recorded nothing for so long has hung: every question to a service ends within a minute, and there are
    /// some of them between two facts.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(15);

    /// <summary>Does a step, with signs of life until it ends.</summary>
    public async Task<T> DuringAsync<T>(Func<Task<T>> step)
    {
        var (time, recorded, since) = (desk.Time, desk.Store.Current.Sequence, desk.Time.GetTimestamp());
        await using var timer = time.CreateTimer(_ => Beat(), null, Every, Every);
        return await step();

        void Beat()
        {
            try
            {
                if (desk.Store.Current.Sequence is var now && now != recorded)
                {
                    (recorded, since) = (now, time.GetTimestamp());
                }

                if (time.GetElapsedTime(since) < LongestSilence && lease.Renew())
                {
                    pulse?.Beat();
                }
            }
            catch (StoreException)
            {
                // The step meets the same fault, and ends with it.
            }
        }
    }
}
