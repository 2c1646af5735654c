using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Gates;

/// <summary>Does every account have the cash for what its legs take, with charges and a buffer for slippage, after all claims on it
/// (semantics §2)?</summary>
public sealed class CashCoverGate : IGate
{
    /// <inheritdoc/>
    public string Name => "cash cover";

    /// <inheritdoc/>
    public Verdict Judge(GateInput input)
    {
        var (blocked, fine) = (new List<string>(), new List<string>());
        foreach (var legs in input.Legs.GroupBy(leg => leg.Account))
        {
            var account = input.Policy.Account(legs.Key);
            if (input.Inputs.Read.Accounts.FirstOrDefault(r => r.Account == account.Id) is not { } reading)
            {
                blocked.Add($"account {account.Id} has 0 cash readings and 1 is needed; read it again");
                continue;
            }

            var claims = Claims(input, account);
            var coming = reading.Settled + Money.Max(reading.Unsettled, Money.Zero(account.Currency));
            if (claims > coming)
            {
                blocked.Add($"account {account.Id} has claims of {claims.Rounded} on cash of {coming.Rounded}, settled or to come; find out where the cash "
                    + "went, or record a tax payment or a withdrawal");
                continue;
            }

            // Tax is claimed when a sale fills, days before its cash settles: until then nothing is free, and sales need nothing.
            var covered = Money.Max(Spendable(reading) - claims, Money.Zero(account.Currency)) + Brings(input, account, legs);
            var needed = Takes(input, account, legs);
            (needed > covered ? blocked : fine).Add(needed > covered
                ? $"account {account.Id} needs {needed.Rounded} with charges and slippage buffer and has {covered.Rounded}; add cash or plan again"
                : $"account {account.Id} needs {needed.Rounded} of {covered.Rounded}");
        }

        blocked.AddRange(input.Plan.Flows.Where(f => f.Carried.IsNegative).Select(f =>
            $"the plan would leave account {f.Account} with {f.Carried} after everything it sets aside, and 0 is the least; plan again"));
        return Verdict.Worst(blocked, [], fine.Count == 0 ? "0 legs need cash" : string.Join("; ", fine));
    }

    /// <summary>Settled cash, less what trades will still take out of it; what they will bring is not there yet.</summary>
    private static Money Spendable(AccountReading reading) => reading.Settled + Money.Min(reading.Unsettled, Money.Zero(reading.Settled.Currency));

    private static Money Claims(GateInput input, Account account)
    {
        var claims = Money.Zero(account.Currency);
        if (input.State.Accounts.TryGetValue(account.Id, out var ledger))
        {
            claims += ledger.Reserved;
            if (input.Inputs.Read.Kind == ReviewKind.AdHoc)
            {
                claims += ledger.Carried + ledger.CarriedProceeds;
            }
        }

        foreach (var leg in input.State.Batches.SelectMany(b => b.Legs))
        {
            if (leg.IsAtBroker && leg.Plan.IsPurchase && leg.Plan.Account == account.Id)
            {
                claims += Money.Max(leg.Plan.Value + leg.Plan.Charges - leg.Moved - leg.Charges, Money.Zero(account.Currency));
            }
        }

        return claims;
    }

    /// <summary>What the legs' sales bring net of charges, and the reserve cash that their withdrawals and top-ups spend.</summary>
    private static Money Brings(GateInput input, Account account, IEnumerable<PlannedLeg> legs)
    {
        var zero = Money.Zero(account.Currency);
        var proceeds = legs.Where(leg => leg.IsSale).Aggregate(zero, (sum, leg) => sum + leg.Value - leg.Charges);
        var spent = legs.Where(leg => leg.Purpose == LegPurpose.Withdraw || IsPaidByReserve(input, leg))
            .Aggregate(zero, (sum, leg) => sum + leg.Value + leg.Charges + Buffer(input, leg));
        var reserve = input.State.Accounts.TryGetValue(account.Id, out var ledger) ? ledger.Reserve : zero;
        return proceeds + Money.Min(spent, reserve);
    }

    /// <summary>Once a batch is approved, what its waterfall routes to the reserve is claimed as reserve, and its top-ups spend just that.</summary>
    private static bool IsPaidByReserve(GateInput input, PlannedLeg leg) => leg.Purpose == LegPurpose.ReserveTopUp
        && input.State.Batches.Any(b => b.Approved && b.Slot == input.Plan.Slot && b.Kind == input.Plan.Kind);

    private static Money Takes(GateInput input, Account account, IEnumerable<PlannedLeg> legs) => legs
        .Where(leg => !leg.IsSale && !IsPaidByMoneyOnItsWay(input, leg))
        .Aggregate(Money.Zero(account.Currency), (sum, leg) => sum + leg.Value + leg.Charges + Buffer(input, leg));

    private static Money Buffer(GateInput input, PlannedLeg leg) =>
        leg.Instrument is { } id && input.Policy.Instrument(id).Dealing == Dealing.Exchange
            ? leg.Value * input.Policy.Limits.SlippageBuffer
            : Money.Zero(leg.Value.Currency);

    /// <summary>A purchase that waits for its funding is paid by what arrives, not by what the account has now.</summary>
    private static bool IsPaidByMoneyOnItsWay(GateInput input, PlannedLeg leg) => leg.WaitsFor is { } funding
        && (input.Legs.Any(l => l.Id == funding) || input.State.InTransit.Any(t => t.Leg == funding && t.To == leg.Account));
}
