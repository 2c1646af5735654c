using System.Collections.Immutable;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Adapters.Store;

public sealed partial class HouseholdStore
{
    /// <summary>All imports, also those that were undone, in the order they came.</summary>
    public ImmutableArray<StoredImport> Imports() => List<StoredImport>(
        """
        select id, account, kind, file, document, actions_file as ActionsFile, actions, covers_from as "From", covers_to as "To",
               holder, tax_number as TaxNumber, broker_id as BrokerId, at, by, undone_at as UndoneAt
        from imports where household = @Household order by id
        """);

    /// <summary>The facts that an account's imports and their undoings led to, by their sequence.</summary>
    public ImmutableHashSet<long> ImportedFacts(AccountId account) =>
    [
        .. List<long>(
            "select f.seq from import_facts f join imports i on i.id = f.import where f.household = @Household and i.account = @Account",
            new { Household = Household.Value, Account = account.Value }),
    ];
}
