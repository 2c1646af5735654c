using System.Diagnostics;
using System.Text;
using PerpetualRebalancing.Worker.Tests.Cli;

namespace PerpetualRebalancing.Worker.Tests.Faults;

/// <summary>The service as a process of its own.</summary>
internal sealed class RunningService : IDisposable
{
    // Long enough for a busy machine; a test that waits this long has failed.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _before = new();
    private Task<string> _output = Task.FromResult("");
    private Task<string> _errors = Task.FromResult("");

    private RunningService(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Starts it, and waits until it says so. Services side by side have no page unless the test gives each a port.</summary>
    public static async Task<RunningService> Start(Installation installation, params (string Name, string Value)[] environment)
    {
        var service = new RunningService(Process.Start(Executable.Info(installation.Root, [("PERPETUAL_PAGE", "off"), .. environment], "run"))!);
        while (await service._process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            service._before.AppendLine(line);
            if (line.Contains("Started for ", StringComparison.Ordinal))
            {
                // Whoever does not read a pipe stops the process that writes to it.
                service._output = service._process.StandardOutput.ReadToEndAsync();
                service._errors = service._process.StandardError.ReadToEndAsync();
                return service;
            }
        }

        throw new InvalidOperationException($"The service did not start: {await service._process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>Asks it to stop, as systemd and Docker do.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{Id}"]);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    /// <summary>What it wrote, once it has ended.</summary>
    public async Task<string> Said() => $"{_before}{await _output.WaitAsync(Patience)}{await _errors.WaitAsync(Patience)}";

    /// <summary>Ends it as a power cut does.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Waits until something is so.</summary>
    public static async Task Until(Func<bool> holds)
    {
        for (var waited = TimeSpan.Zero; !holds(); waited += TimeSpan.FromMilliseconds(200))
        {
            Assert.True(waited < Patience, "What the service should have done did not come.");
            await Task.Delay(200);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
