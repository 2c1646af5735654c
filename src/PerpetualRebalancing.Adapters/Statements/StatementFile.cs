using System.Text;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain.Lots;

namespace PerpetualRebalancing.Adapters.Statements;

/// <summary>Reads statements of every kind into the one model.</summary>
public static class StatementFile
{
    /// <summary>What kind of statement a file looks like.</summary>
    /// <exception cref="ConfigurationException">It looks like none.</exception>
    public static StatementKind KindOf(StatementSource source)
    {
        var start = Encoding.UTF8.GetString(source.Body.Span[..Math.Min(source.Body.Length, 4096)]).TrimStart();
        var header = start.Split('\n', 2)[0];
        bool Names(string column) => header.Split(',').Any(c => c.Trim().Trim('"').Equals(column, StringComparison.OrdinalIgnoreCase));
        return start switch
        {
            ['{', ..] => StatementKind.Casparser,
            ['<', ..] => StatementKind.Flex,
            _ when Names("trade_type") && Names("trade_id") => StatementKind.Zerodha,
            _ when Names("action") && Names("instrument") => StatementKind.Plain,
            _ => throw new StatementFaults(source.File).Fatal(
                "line 1", "", start.Length == 0 ? "is missing: the file is empty" : $"is '{StatementFaults.Short(header.TrimEnd())}'",
                "casparser JSON, a Zerodha tradebook, an IBKR Flex query in XML, or the plain CSV; else say --kind"),
        };
    }

    /// <summary>Reads a statement.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="source">The file.</param>
    /// <param name="actions">The corporate actions that come beside it, or null.</param>
    /// <exception cref="ConfigurationException">It has faults: one line each, with file, line and field.</exception>
    public static Statement Read(StatementKind kind, StatementSource source, StatementSource? actions)
    {
        var names = source.Names();
        var beside = actions is null ? [] : Guarded(actions, faults => PlainStatement.ReadActions(actions, names, faults));
        var statement = Guarded(source, faults => kind switch
        {
            StatementKind.Plain => PlainStatement.Read(source, names, faults),
            StatementKind.Actions => PlainStatement.ReadActionsOnly(source, names, faults),
            StatementKind.Zerodha => ZerodhaTradebook.Read(source, names, faults),
            StatementKind.Casparser => CasparserStatement.Read(source, names, faults),
            StatementKind.Flex => FlexStatement.Read(source, names, faults),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind of statement."),
        });

        // Made anew: what a statement derives from its actions is worked out when it is made.
        return new Statement(statement.Account, statement.From, statement.To, statement.Owner, statement.Transactions, statement.Actions.AddRange(beside));
    }

    private static T Guarded<T>(StatementSource source, Func<StatementFaults, T> read)
    {
        var faults = new StatementFaults(source.File);
        try
        {
            var answer = read(faults);
            faults.ThrowIfAny();
            return answer;
        }
        catch (DecoderFallbackException)
        {
            throw faults.Fatal("the whole file", "", "is not UTF-8 text", "the file as it was downloaded, or saved as UTF-8");
        }
    }
}
