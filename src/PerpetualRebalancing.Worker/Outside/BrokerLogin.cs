using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Outside;

/// <summary>A login that a person does in a browser.</summary>
/// <param name="Begin">Makes the link to open.</param>
/// <param name="TakeAsync">Takes the address that the browser was led to.</param>
internal sealed record BrokerLogin(Func<Uri> Begin, Func<string, CancellationToken, Task<LoginAnswer>> TakeAsync)
{
    /// <summary>Takes the address that the browser was led to; whoever looks after the household is told when somebody else logged in.</summary>
    /// <param name="desk">The household.</param>
    /// <param name="account">Whose login.</param>
    /// <param name="login">How it is logged in.</param>
    /// <param name="address">All of the address.</param>
    /// <param name="by">Who brought it.</param>
    /// <param name="cancellationToken">Stops before the broker is asked.</param>
    public static async Task<LoginAnswer> CompleteAsync(Desk desk, AccountId account, BrokerLogin login, string address, string by, CancellationToken cancellationToken)
    {
        var answer = await login.TakeAsync(address, cancellationToken);
        if (answer.IsSomebodyElse)
        {
            desk.Store.Transact(by, t => t.Raise(new Alert(
                Severity.Critical, "login", FormattableString.Invariant($"login/{account}/somebody-else/{t.Now:yyyy-MM-ddTHH:mm:ss}"), answer.Words)));
        }

        return answer;
    }
}
