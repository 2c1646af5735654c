using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;
using SQLitePCL;

namespace PerpetualRebalancing.Benchmarks.Footprint;

/// <summary>What any service of this kind costs before it does anything: a host, its console log, a Quartz job every three seconds and
/// one SQLite database.</summary>
internal static partial class BareHost
{
    /// <summary>Runs until it is stopped.</summary>
    public static async Task RunAsync(string database)
    {
        var library = NativeLibrary.Load(OperatingSystem.IsWindows() ? "winsqlite3.dll" : OperatingSystem.IsMacOS() ? "libsqlite3.dylib" : "libsqlite3.so.0");
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, (_, _, _) => library);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        using var connection = new SqliteConnection($"Data Source={database};Pooling=false");
        connection.Open();
        Execute(connection, "pragma journal_mode = wal; pragma synchronous = full; create table if not exists ticks (at text not null) strict;");

        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddSimpleConsole(o => o.SingleLine = true)
            .SetMinimumLevel(LogLevel.Information).AddFilter("Quartz", LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddSingleton(connection);
        builder.Services.AddQuartz(quartz =>
        {
            quartz.UseInMemoryStore();
            quartz.AddJob<TickJob>(j => j.WithIdentity("tick").StoreDurably());
            quartz.AddTrigger(t => t.ForJob("tick").StartNow().WithSimpleSchedule(s => s.WithInterval(TimeSpan.FromSeconds(3)).RepeatForever()));
        });
        builder.Services.AddQuartzHostedService(o => o.WaitForJobsToComplete = true);
        using var host = builder.Build();
        await host.StartAsync();
        Started(host.Services.GetRequiredService<ILogger<TickJob>>());
        await host.WaitForShutdownAsync();
    }

    [LoggerMessage(1, LogLevel.Information, "Started")]
    private static partial void Started(ILogger logger);

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private sealed class TickJob(SqliteConnection connection) : IJob
    {
        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
        {
            BareHost.Execute(connection, "insert into ticks (at) values (strftime('%Y-%m-%dT%H:%M:%fZ'))");
            return ValueTask.CompletedTask;
        }
    }
}
