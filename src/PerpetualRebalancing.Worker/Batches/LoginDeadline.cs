using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Outside;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Batches;

/// <summary>Legs whose account nobody logged in at. Halfway through the last session in which one can be placed it is handed to a person,
/// where the household allows it, or a person is told that it is about to expire (semantics §6).</summary>
internal sealed class LoginDeadline(Desk desk)
{
    /// <summary>What follows for a leg that waits for a login while its market is open: nothing before its deadline.</summary>
    public void Pass(Batch batch, Leg leg, AccountUnreadException outage)
    {
        if (outage.Session is not SessionState.AwaitingLogin || desk.Time.GetUtcNow() < Of(batch, leg))
        {
            return;
        }

        desk.Store.Transact("service", transaction =>
        {
            if (desk.Policy.Approval.WithoutLogin == WithoutLogin.Instructions)
            {
                HandOver(transaction, batch.Id, leg);
                return;
            }

            var waiting = batch.Legs.Where(l => l.Plan.Instrument is not null && l.Plan.Account == leg.Plan.Account && l.State == LegState.Scheduled).Select(l => l.Plan.Id);
            transaction.Raise(new Alert(
                Severity.Critical, "login", $"login/{leg.Plan.Account}/last/{batch.Id}",
                $"Batch {batch.Id} still waits for a login at {leg.Plan.Account}, and this is the last session in which its orders there can be placed ({string.Join(", ", waiting)}): after {batch.LastDay:yyyy-MM-dd} they expire and their money is carried. "
                + $"Log in with 'accounts login {leg.Plan.Account}'. With approval.withoutLogin set to instructions you would get a sheet to order them yourself."));
        });
    }

    /// <summary>The middle of the last session in which a leg may be placed: late enough for a login, and early enough for a person to
    /// order it in the same session.</summary>
    public DateTimeOffset Of(Batch batch, Leg leg)
    {
        var calendar = desk.ReadRules().Books.Calendars[desk.Policy.Instrument(leg.Plan.Instrument!).Venue];

        // East of here the day after the batch's last one may have begun before that ends.
        for (var day = batch.LastDay.AddDays(1); ; day = day.AddDays(-1))
        {
            if (calendar.SessionOn(day) is { } session && Middle(session) is var middle && desk.LocalDate(middle) <= batch.LastDay)
            {
                return middle;
            }
        }
    }

    private static DateTimeOffset Middle(Session session) => session.Open + ((session.Close - session.Open) / 2);

    /// <summary>From here on the program does not place the leg, whatever happens: a login that comes later finds a person ordering it.</summary>
    private static void HandOver(StoreTransaction transaction, BatchId batch, Leg leg)
    {
        var state = transaction.State;
        if (state.Halt is null && state.Batch(batch)?.Leg(leg.Plan.Id) is { State: LegState.Scheduled, IsHandedOver: false })
        {
            transaction.Append(new Fact.LegHandedOver(batch, leg.Plan.Id, $"nobody logged in at {leg.Plan.Account} by its deadline: a person orders it"));
        }
    }
}
