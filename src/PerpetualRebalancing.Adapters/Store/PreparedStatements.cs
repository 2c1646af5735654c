using System.Collections.Immutable;
using Microsoft.Data.Sqlite;

namespace PerpetualRebalancing.Adapters.Store;

/// <summary>The few statements that every placement of an order runs, compiled once per connection: compiling them each time, triggers
/// included, took longer than the disk. Not for several threads at once.</summary>
internal sealed class PreparedStatements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    /// <summary>Runs a statement for its effect.</summary>
    /// <param name="sql">A constant: whatever stands here is kept until the connection is closed.</param>
    /// <param name="values">Its parameters, by name and always in the same order.</param>
    public void Execute(string sql, params ReadOnlySpan<(string Name, object Value)> values) => Bound(sql, values).ExecuteNonQuery();

    /// <summary>Runs a statement that answers one number.</summary>
    /// <param name="sql">As in <see cref="Execute"/>.</param>
    /// <param name="values">As in <see cref="Execute"/>.</param>
    public long Number(string sql, params ReadOnlySpan<(string Name, object Value)> values) => (long)Bound(sql, values).ExecuteScalar()!;

    /// <summary>Runs a statement that answers rows.</summary>
    /// <param name="sql">As in <see cref="Execute"/>.</param>
    /// <param name="read">Reads the row that the reader stands on.</param>
    /// <param name="values">As in <see cref="Execute"/>.</param>
    public ImmutableArray<T> Rows<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object Value)> values)
    {
        var rows = ImmutableArray.CreateBuilder<T>();
        using var reader = Bound(sql, values).ExecuteReader();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows.DrainToImmutable();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }

        _commands.Clear();
    }

    private SqliteCommand Bound(string sql, ReadOnlySpan<(string Name, object Value)> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, value) in values)
            {
                command.Parameters.AddWithValue(name, value);
            }

            _commands.Add(sql, command);
            return command;
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i].Value;
        }

        return command;
    }
}
