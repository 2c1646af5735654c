using System.Collections;
using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Victim;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Service;

// One household's service in a process of its own, to be killed at any step. It does what the service does, without a pause between
// two steps, on a clock that its killer moves: ARGS are the installation's folder and the file that holds the time.
var (folder, time) = (args[0], new FileClock(args[1]));
var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToImmutableDictionary(e => (string)e.Key, e => (string?)e.Value ?? "");
using var desk = Desk.Open(Settings.From(folder, variables), time);
var lease = desk.Store.TryAcquirePlacing(Environment.ProcessId, Environment.MachineName);
while (lease is null)
{
    // The one that was killed holds the role until a minute of the clock has gone by.
    await Task.Delay(20);
    lease = desk.Store.TryAcquirePlacing(Environment.ProcessId, Environment.MachineName);
}

using var caretaker = new Caretaker(desk, lease);
var batches = new BatchRunner(desk, lease);
while (true)
{
    lease.Renew();
    await caretaker.ReviewsDueAsync(CancellationToken.None);
    await batches.AdvanceAsync(CancellationToken.None);
    Console.Out.WriteLine(FormattableString.Invariant($"{time.GetUtcNow():O} {desk.Store.State.Batches.Length} open"));
    await Task.Delay(20);
}
