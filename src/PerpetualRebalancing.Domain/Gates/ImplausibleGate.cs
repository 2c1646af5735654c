using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Gates;

/// <summary>Is what was read believable? A huge drift, or units that the ledger does not know, is a data error until a person says
/// otherwise.</summary>
public sealed class ImplausibleGate : IGate
{
    /// <inheritdoc/>
    public string Name => "implausible data";

    /// <inheritdoc/>
    public Verdict Judge(GateInput input)
    {
        var blocked = new List<string>();
        var drift = LargestDrift(input, blocked);
        var jump = LargestJump(input, blocked);
        return Verdict.Worst(blocked, [], $"{drift}; {jump}");
    }

    private static string LargestDrift(GateInput input, List<string> blocked)
    {
        var limit = input.Policy.Limits.ImplausibleDrift;
        if (input.IsYoung)
        {
            return $"the core portfolio of {input.Plan.CoreBefore.Rounded} is young against the {input.FreshCore.Rounded} that go into it, so its drifts say nothing";
        }

        var largest = Drift.Zero;
        foreach (var @class in input.Plan.Classes)
        {
            var size = new Drift(Math.Abs(@class.DriftBefore.Fraction));
            largest = size > largest ? size : largest;
            if (size > limit)
            {
                blocked.Add($"class {@class.Class} has a drift of {GateWords.Points(@class.DriftBefore)}, and at most {GateWords.Size(limit)} either way "
                    + "are believable; check its prices and units, or raise limits.implausibleDrift");
            }
        }

        return $"the largest class drift is {GateWords.Size(largest)} either way, {GateWords.Size(limit)} are believable";
    }

    private static string LargestJump(GateInput input, List<string> blocked)
    {
        var limit = input.Policy.Limits.ImplausibleQuantityJump;
        var largest = 0m;
        foreach (var account in input.Policy.Accounts)
        {
            if (input.Inputs.Read.Accounts.FirstOrDefault(r => r.Account == account.Id) is not { } reading)
            {
                blocked.Add($"account {account.Id} has 0 readings and 1 is needed; read it again");
                continue;
            }

            foreach (var instrument in Known(input, reading))
            {
                var held = input.State.Held(account.Id, instrument).Units;
                var reported = reading.Holdings.Where(h => h.Instrument == instrument).Sum(h => h.Quantity.Units);
                var jump = held == reported ? 0m : held == 0m ? 1m : Math.Abs(reported - held) / held;
                largest = Math.Max(largest, jump);
                if (jump > limit)
                {
                    blocked.Add($"account {account.Id} reports {Canonical.Text(reported)} units of {instrument} and the ledger has {Canonical.Text(held)}: "
                        + $"{GateWords.Percent(jump)} apart, and {GateWords.Percent(limit)} are allowed; find the missing trade or correct the reading");
                }
            }
        }

        return $"the units reported differ from the ledger by at most {GateWords.Percent(largest)}, {GateWords.Percent(limit)} are allowed";
    }

    private static IEnumerable<InstrumentId> Known(GateInput input, AccountReading reading) => reading.Holdings.Select(h => h.Instrument)
        .Concat(input.State.Lots.Keys.Where(p => p.Account == reading.Account).Select(p => p.Instrument))
        .Distinct().OrderBy(i => i.Value, StringComparer.Ordinal);
}
