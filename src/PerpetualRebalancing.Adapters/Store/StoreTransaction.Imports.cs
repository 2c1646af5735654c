using Dapper;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Adapters.Store;

public sealed partial class StoreTransaction
{
    /// <summary>Keeps a statement.</summary>
    /// <returns>The import's id.</returns>
    public long SaveImport(NewImport import) => Connection.ExecuteScalar<long>(
        """
        insert into imports (household, account, kind, file, document, actions_file, actions, covers_from, covers_to, holder, tax_number, broker_id, at, by)
        values (@Household, @Account, @Kind, @File, @Document, @ActionsFile, @Actions, @From, @To, @Holder, @TaxNumber, @BrokerId, @Now, @By)
        returning id
        """,
        new
        {
            Household = _household,
            Account = import.Account.Value,
            import.Kind,
            import.File,
            import.Document,
            import.ActionsFile,
            import.Actions,
            import.From,
            import.To,
            import.Holder,
            import.TaxNumber,
            import.BrokerId,
            Now,
            By = _by,
        });

    /// <summary>Takes an import back; its files are kept.</summary>
    /// <exception cref="InvalidOperationException">There is no such import that counts.</exception>
    public void UndoImport(long import) => Touched(
        Connection.Execute(
            "update imports set undone_at = @Now, undone_by = @By where id = @Id and household = @Household and undone_at is null",
            new { Now, By = _by, Id = import, Household = _household }),
        $"There is no import {import} that counts.");

    /// <summary>Records that something happened because of an import, or its undoing.</summary>
    /// <exception cref="InvalidOperationException">The fact contradicts what happened before: the whole transaction is undone.</exception>
    public void AppendOf(long import, Fact fact)
    {
        Append(fact);
        Connection.Execute(
            "insert into import_facts (import, household, seq) values (@Import, @Household, @Sequence)", new { Import = import, Household = _household, Sequence });
    }
}
