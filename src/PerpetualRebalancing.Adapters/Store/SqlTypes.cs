using System.Data;
using System.Globalization;
using Dapper;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Adapters.Store;

/// <summary>How values stand in the database: always as text that sorts as the value does.</summary>
internal static class SqlTypes
{
    private const string Time = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    private static readonly Lazy<bool> Registered = new(() =>
    {
        // Dapper's own mapping of these two would win over a handler.
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateOnly));
        SqlMapper.AddTypeHandler(new TextHandler<DateTimeOffset>(Text, Instant));
        SqlMapper.AddTypeHandler(new TextHandler<DateOnly>(
            day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            text => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture)));
        SqlMapper.AddTypeHandler(new TextHandler<Slot>(slot => slot.ToString(), Slot.Parse));
        SqlMapper.AddTypeHandler(new TextHandler<BatchId>(id => id.Value, BatchId.Of));
        return true;
    });

    /// <summary>Tells Dapper, once per process.</summary>
    public static void Register() => _ = Registered.Value;

    /// <summary>A time in UTC with all its digits, so that text order is time order and nothing is lost.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="Text"/> wrote.</summary>
    public static DateTimeOffset Instant(string text) => DateTimeOffset.ParseExact(
        text, Time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private sealed class TextHandler<T>(Func<T, string> write, Func<string, T> read) : SqlMapper.TypeHandler<T>
    {
        public override void SetValue(IDbDataParameter parameter, T? value)
        {
            parameter.DbType = DbType.String;
            parameter.Value = value is null ? DBNull.Value : write(value);
        }

        public override T Parse(object value) => read((string)value);
    }
}
