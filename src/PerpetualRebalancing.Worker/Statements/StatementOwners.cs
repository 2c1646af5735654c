using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Statements;

/// <summary>Refuses the statement of another person: one that names another holder, tax number or account than the imports before it.</summary>
internal static class StatementOwners
{
    /// <summary>Holds a statement against all imports that count.</summary>
    /// <exception cref="ConfigurationException">It is somebody else's. The fault names no tax number: it may stand on a screen.</exception>
    public static void Check(Desk desk, Account account, StatementOwner owner, string file)
    {
        foreach (var import in desk.Store.Imports().Where(i => i.IsLive))
        {
            var (sameAccount, other) = (import.Account == account.Id.Value, desk.Policy.Accounts.FirstOrDefault(a => a.Id.Value == import.Account));
            var sameMember = other?.Member == account.Member;
            if (Differs(owner.TaxNumber, import.TaxNumber, sameMember))
            {
                throw Fault(file, "PAN", import, sameMember);
            }

            if (Differs(owner.Account, import.BrokerId, sameAccount))
            {
                throw Fault(file, "accountId", import, sameAccount);
            }

            if (sameAccount && owner.Name is { } name && import.Holder is { } holder && Plain(name) != Plain(holder))
            {
                throw Fault(file, "name", import, same: true);
            }
        }
    }

    // One person has one tax number and one account one number, and they belong to nobody else.
    private static bool Differs(string? said, string? known, bool same) =>
        said is not null && known is not null && string.Equals(said, known, StringComparison.OrdinalIgnoreCase) != same;

    private static ConfigurationException Fault(string file, string field, StoredImport import, bool same) => new(
        $"{file}: the whole file, {field}: {(same ? "differs from" : "is the one of")} {import.Name} of {import.Account}; "
        + $"allowed: a statement of the owner of --account{(same ? ", or 'lots undo' first" : "")}");

    private static string Plain(string name) => string.Join(' ', name.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();
}
