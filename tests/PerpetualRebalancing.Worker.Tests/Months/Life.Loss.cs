using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Tests.Months;

internal sealed partial class Life
{
    /// <summary>The machine burns with its data folder; another one is set up.</summary>
    public void Lose(Action<Settings> restore, Action<Settings>? last = null) => Replace(() =>
    {
        last?.Invoke(_files.Settings);
        Directory.Delete(_files.Settings.DataFolder, recursive: true);
        _clock.MoveTo(Now + TimeSpan.FromHours(2));
        restore(_files.Settings);
    });

    /// <summary>Does something to the data folder while nothing runs.</summary>
    public void Replace(Action change)
    {
        Desk.Dispose();
        change();
        Desk = Desk.Open(_files.Settings, _time);
        _lease = Lease(Desk);
    }
}
