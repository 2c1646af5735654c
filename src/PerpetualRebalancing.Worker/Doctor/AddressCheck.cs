using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Worker.Doctor;

/// <summary>The address that orders would come from, against what was registered (SEBI circular on retail algorithms).</summary>
internal static class AddressCheck
{
    /// <summary>Asks the two echo services, once an account at Zerodha is live or an address is registered; nobody before that.</summary>
    public static IEnumerable<Finding> Outgoing(Patient patient)
    {
        var kite = patient.Household.Accounts.Where(a => a.Broker == BrokerNames.Kite).ToArray();
        if (kite.Length == 0)
        {
            return [];
        }

        var address = patient.Services.OutgoingAddress;
        if (address.Registered.IsEmpty && !kite.Any(a => (patient.Store?.State.ModeOf(a) ?? a.Mode) == AccountMode.Live))
        {
            return [Finding.Note("No address is registered, and no account at Zerodha is live: nobody was asked where we are seen.")];
        }

        using var check = new OutgoingAddressCheck(address, patient.Time);

        // The other checks only read files: this one alone waits, and nothing else runs meanwhile.
        return check.ReadAsync(CancellationToken.None).GetAwaiter().GetResult() switch
        {
            AddressReading.Registered seen => [Finding.Right($"Orders would come from {seen.Address}, which is registered.")],
            AddressReading.Blocked blocked => [Finding.Wrong($"No order would be sent to Zerodha: {blocked.Why}.", "Do what it says; until then nothing is placed there.")],
            var other => throw new InvalidOperationException($"{other} is no reading of an address."),
        };
    }
}
