using System.Diagnostics;
using System.Text.RegularExpressions;
using PerpetualRebalancing.Worker.Tests.Architecture;

namespace PerpetualRebalancing.Worker.Tests.Deployment;

/// <summary>What docker/ and SECURITY.md promise, as far as it can be checked without a container engine.</summary>
public sealed partial class DockerTests
{
    private static readonly string Folder = Path.Combine(RepositoryFolder.Root, "docker");
    private static readonly string Dockerfile = File.ReadAllText(Path.Combine(Folder, "Dockerfile"));

    [Fact]
    public void The_container_is_allowed_no_more_than_security_md_says()
    {
        var lines = File.ReadLines(Path.Combine(Folder, "compose.yml")).Select(l => l.Trim()).ToHashSet();
        Rule.HasNoOffender(
            "docker/compose.yml must keep these, which SECURITY.md promises:",
            new[]
            {
                "user: \"1654:1654\"", "read_only: true", "cap_drop: [ALL]", "security_opt: [\"no-new-privileges:true\"]", "mem_limit: 512m",
                "ports: [\"127.0.0.1:8642:8642\"]", "- data:/var/lib/perpetual-rebalancing", "TZ: Etc/UTC", "test: [\"CMD\", \"perpetual-rebalancing\", \"doctor\", \"--only\", \"service\"]",
            }.Except(lines));
        Rule.HasNoOffender("This version listens to nobody. docker/compose.yml must not publish ports or be privileged:", lines.Where(l => l is "ports:" or "privileged: true" or "cap_add:"));
        Assert.Contains("\nUSER $APP_UID\n", Dockerfile.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void The_unit_is_allowed_no_more_than_security_md_says() => Rule.HasNoOffender(
        "docker/perpetual-rebalancing.service must keep these, which SECURITY.md promises:",
        new[]
        {
            "Type=notify", "WatchdogSec=60", "User=perpetual-rebalancing", "StateDirectory=perpetual-rebalancing", "StateDirectoryMode=0700", "ProtectSystem=strict",
            "ProtectHome=yes", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6", "MemoryMax=512M", "LimitCORE=0",
        }.Except(File.ReadLines(Path.Combine(Folder, "perpetual-rebalancing.service"))));

    [Fact]
    public async Task Systemd_understands_the_unit()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/systemd-analyze"), "It needs systemd-analyze.");
        using var folder = new TemporaryFolder();
        var unit = Path.Combine(folder.Root, "perpetual-rebalancing.service");

        // The program is not installed on this machine; another one that is stands in for it.
        await File.WriteAllTextAsync(
            unit,
            (await File.ReadAllTextAsync(Path.Combine(Folder, "perpetual-rebalancing.service"), TestContext.Current.CancellationToken)).Replace("/usr/bin/dotnet ", "/usr/bin/env ", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        var (code, said) = await Shell(folder.Root, "/usr/bin/systemd-analyze", "verify", unit);
        Assert.True(code == 0 && !said.Contains("Unknown", StringComparison.Ordinal), said);
    }

    [Fact]
    public async Task What_the_dockerfile_publishes_runs_from_its_own_folder()
    {
        using var folder = new TemporaryFolder();
        var published = Path.Combine(folder.Root, "program");
        var line = Publish().Match(Dockerfile).Groups[1].Value.Split(' ');
        Assert.Equal("/program", line[^1]);

        // What it builds on the way goes to the folder too, so that no other build is disturbed.
        var (code, said) = await Shell(RepositoryFolder.Root, "dotnet", [.. line[1..^1], published, "--artifacts-path", Path.Combine(folder.Root, "artifacts"), "-p:RunAnalyzers=false"]);
        Assert.True(code == 0, said);
        var (helped, help) = await Shell(folder.Root, "dotnet", Path.Combine(published, "perpetual-rebalancing.dll"), "doctor", "--only", "secrets", "--only", "sqlite");
        Assert.Equal(0, helped);
        Assert.Contains("PERPETUAL_BACKUP_PASSPHRASE is not given.", help);
        Assert.False(Directory.EnumerateFiles(published, "*sqlite3*.so*", SearchOption.AllDirectories).Any(), "SQLite is the operating system's: none is shipped.");
    }

    [Fact]
    public void The_image_is_built_with_the_sdk_of_global_json() => Assert.Contains(
        $"mcr.microsoft.com/dotnet/sdk:{SdkVersion().Match(File.ReadAllText(Path.Combine(RepositoryFolder.Root, "global.json"))).Groups[1].Value}-", Dockerfile);

    private static async Task<(int Code, string Said)> Shell(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }

    [GeneratedRegex(@"^RUN (dotnet publish .*)$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Publish();

    [GeneratedRegex("\"version\": \"([0-9.]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex SdkVersion();
}
