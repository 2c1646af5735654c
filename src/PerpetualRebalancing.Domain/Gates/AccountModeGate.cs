using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Gates;

/// <summary>Is every account of the legs in a mode in which something may be placed? Paper is; live is once a person has armed the
/// account by typing; observe never is.</summary>
public sealed class AccountModeGate : IGate
{
    /// <inheritdoc/>
    public string Name => "account mode";

    /// <inheritdoc/>
    public Verdict Judge(GateInput input)
    {
        var blocked = new List<string>();
        var modes = new List<string>();
        foreach (var legs in input.Legs.GroupBy(leg => leg.Account))
        {
            var account = input.Policy.Account(legs.Key);
            var mode = input.State.ModeOf(account);
            modes.Add($"{account.Id} is in mode {Word(mode)}");
            if (Refusal(input.State, account, mode) is { } refusal)
            {
                blocked.Add($"account {account.Id} is in mode {Word(mode)}{refusal} ({GateWords.Count(legs.Count(), "leg")}: {GateWords.Names(legs)})");
            }
        }

        return Verdict.Worst(blocked, [], modes.Count == 0 ? "0 legs need an account" : string.Join("; ", modes));
    }

    // A line in a file is not typing: only a recorded change of mode arms an account.
    private static string? Refusal(HouseholdState state, Account account, AccountMode mode) => mode switch
    {
        AccountMode.Paper => null,
        AccountMode.Live when state.Modes.ContainsKey(account.Id) => null,
        AccountMode.Live => " by its file alone and was not armed; nothing is placed there until a person arms it by typing",
        _ => "; nothing is placed there; set its mode to paper, or arm it by typing",
    };

    private static string Word(AccountMode mode) => mode switch
    {
        AccountMode.Observe => "observe",
        AccountMode.Paper => "paper",
        AccountMode.Live => "live",
        _ => throw new InvalidOperationException($"{mode} is not a mode of an account."),
    };
}
