using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Backups;
using PerpetualRebalancing.Adapters.Configuration;

namespace PerpetualRebalancing.Adapters.Tests.Configuration;

public class SettingsTests
{
    private static readonly string Folder = Path.GetFullPath(Path.Combine(Path.GetTempPath(), "installation"));

    [Theory]
    [InlineData("A=1", "1")]
    [InlineData("  A = two words  # and a comment", "two words")]
    [InlineData("export A=x#y", "x#y")]
    [InlineData("A=", "")]
    [InlineData("A='as $it \\n stands # here' # but not here", "as $it \\n stands # here")]
    [InlineData("A=\"line\\nnext \\\"quoted\\\" \\\\ # kept\"", "line\nnext \"quoted\" \\ # kept")]
    [InlineData("# comment\r\n\r\nA=windows\r\n", "windows")]
    [InlineData("A=k=v==", "k=v==")]
    public void A_dot_env_line_is_read(string text, string expected)
    {
        using var file = new Written(".env", text);
        Assert.Equal([new KeyValuePair<string, string>("A", expected)], DotEnv.Read(file.Path));
    }

    [Fact]
    public void Bad_lines_are_all_named_without_repeating_what_may_be_a_secret() => Assert.Equal(
        [
            ".env: line 1: is not KEY=VALUE; allowed: KEY=VALUE, KEY=\"VALUE\", KEY='VALUE' or a # comment",
            ".env: line 3: sets A a second time; allowed: each key once",
            ".env: line 4: is not KEY=VALUE; allowed: KEY=VALUE, KEY=\"VALUE\", KEY='VALUE' or a # comment",
        ],
        Written.FaultsOf(".env", "hunter2\nA=1\nA=2\nB=\"hunter2", path => DotEnv.Read(path)));

    [Fact]
    public void The_real_environment_wins_over_the_file()
    {
        using var file = new Written(".env", "A=file\nB=file");
        var variables = DotEnv.Over(file.Path, [new("A", "real"), new("C", "real")]);
        Assert.Equal(["real", "file", "real"], new[] { "A", "B", "C" }.Select(k => variables[k]));
        Assert.Empty(DotEnv.Over(file.Path + ".missing", []));
    }

    [Fact]
    public void A_variable_may_name_the_file_that_has_its_value()
    {
        using var file = new Written("secret", "hunter 2\n");
        var variables = SecretFiles.In(Path.GetDirectoryName(file.Path)!, Variables(("PERPETUAL_BACKUP_PASSPHRASE_FILE", "secret"), ("OTHER_FILE", "secret")));
        Assert.Equal(("hunter 2", "secret", 2), (variables["PERPETUAL_BACKUP_PASSPHRASE"], variables["OTHER_FILE"], variables.Count));
    }

    [Fact]
    public void A_file_that_is_missing_and_one_beside_its_variable_are_faults()
    {
        var faults = Assert.Throws<ConfigurationException>(() => SecretFiles.In(Folder, Variables(
            ("PERPETUAL_RUNTIME_KEY_FILE", "nowhere"), ("PERPETUAL_BACKUP_PASSPHRASE_FILE", "nowhere"), ("PERPETUAL_BACKUP_PASSPHRASE", "hunter2")))).Faults;
        Assert.Equal(2, faults.Length);
        Assert.Equal("environment: PERPETUAL_BACKUP_PASSPHRASE_FILE: is given beside PERPETUAL_BACKUP_PASSPHRASE; allowed: one of the two", faults[0]);
        Assert.StartsWith("environment: PERPETUAL_RUNTIME_KEY_FILE: ", faults[1], StringComparison.Ordinal);
        Assert.EndsWith("there is no such file; name an existing one", faults[1], StringComparison.Ordinal);
        Assert.DoesNotContain(faults, f => f.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void Settings_have_defaults_and_follow_the_configuration_folder()
    {
        Assert.Equal(
            new Settings(At("data"), At("config", "household.json"), At("config")),
            Settings.From(Folder, ImmutableDictionary<string, string>.Empty));
        Assert.Equal(
            new Settings(At("d"), At("etc", "household.json"), At("etc")),
            Settings.From(Folder, Variables(("PERPETUAL_CONFIG", "./etc"), ("PERPETUAL_DATA", At("d")), ("PATH", "x"))));
    }

    [Fact]
    public void A_misspelt_or_empty_variable_is_refused()
    {
        var faults = Assert.Throws<ConfigurationException>(
            () => Settings.From(Folder, Variables(("PERPETUAL_DATE", "x"), ("PERPETUAL_CONFIG", "")))).Faults;
        Assert.Equal(
            [
                "environment: PERPETUAL_DATE: is not a known variable; did you mean 'PERPETUAL_DATA'?; "
                    + "allowed: PERPETUAL_DATA, PERPETUAL_HOUSEHOLD, PERPETUAL_CONFIG, PERPETUAL_BACKUP, PERPETUAL_BACKUP_COPY, PERPETUAL_BACKUP_KEEP, PERPETUAL_PAGE, PERPETUAL_BACKUP_PASSPHRASE, "
                    + "PERPETUAL_RUNTIME_KEY, PERPETUAL_MAIL_SMTP_PASSWORD, PERPETUAL_MAIL_IMAP_PASSWORD, PERPETUAL_MAIL_OAUTH_SECRET, PERPETUAL_MAIL_REFRESH_TOKEN, "
                    + "PERPETUAL_DEADMAN_URL, PERPETUAL_LOG",
                "environment: PERPETUAL_CONFIG: is empty; allowed: a path, or leave it out for config",
            ],
            faults);
    }

    [Fact]
    public void Backups_are_set_by_the_environment_and_a_bad_passphrase_is_not_repeated()
    {
        Assert.Equal(
            new BackupSettings(At("b"), null, new Retention(30, 0, 6), "correct horse battery"),
            Settings.From(Folder, Variables(("PERPETUAL_BACKUP", "b"), ("PERPETUAL_BACKUP_KEEP", "30,0,6"), ("PERPETUAL_BACKUP_PASSPHRASE", "correct horse battery"))).Backup);
        Assert.Equal(
            [
                "environment: PERPETUAL_BACKUP_KEEP: is '7'; allowed: how many daily, weekly and monthly backups are kept, for example 7,8,12",
                "environment: PERPETUAL_BACKUP_PASSPHRASE: is shorter than allowed; allowed: at least 12 characters, or leave it out for backups that are not encrypted",
            ],
            Assert.Throws<ConfigurationException>(() => Settings.From(Folder, Variables(("PERPETUAL_BACKUP_KEEP", "7"), ("PERPETUAL_BACKUP_PASSPHRASE", "hunter2")))).Faults);
    }

    [Fact]
    public void The_runtime_key_is_read_and_neither_a_good_nor_a_bad_one_is_repeated()
    {
        var settings = Settings.From(Folder, Variables(("PERPETUAL_RUNTIME_KEY", new string('a', 64))));
        Assert.NotNull(settings.RuntimeKey);
        Assert.DoesNotContain("aaa", settings.ToString(), StringComparison.Ordinal);
        Assert.Equal(
            ["environment: PERPETUAL_RUNTIME_KEY: is no key; allowed: 64 hexadecimal digits, for example the output of 'openssl rand -hex 32', or leave it out to keep logins in memory only"],
            Assert.Throws<ConfigurationException>(() => Settings.From(Folder, Variables(("PERPETUAL_RUNTIME_KEY", "hunter2")))).Faults);
    }

    [Theory]
    [InlineData("127.0.0.1:8642", "127.0.0.1:8642")]
    [InlineData("localhost:80", "127.0.0.1:80")]
    [InlineData("0.0.0.0:9000", "0.0.0.0:9000")]
    [InlineData("[::1]:8642", "[::1]:8642")]
    [InlineData("off", null)]
    public void The_page_listens_where_it_is_told(string said, string? at) =>
        Assert.Equal(at, Settings.From(Folder, Variables(("PERPETUAL_PAGE", said))).Page?.ToString());

    [Theory]
    [InlineData("8642")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:0")]
    [InlineData("127.0.0.1:99999")]
    [InlineData("page.example:80")]
    [InlineData("::1")]
    [InlineData("")]
    public void A_place_where_no_page_can_listen_is_told(string said) => Assert.Equal(
        [$"environment: PERPETUAL_PAGE: is '{said}'; allowed: an address with a port like 127.0.0.1:8642, or off for no page"],
        Assert.Throws<ConfigurationException>(() => Settings.From(Folder, Variables(("PERPETUAL_PAGE", said)))).Faults);

    [Fact]
    public void How_the_service_is_watched_is_set_by_the_environment_and_no_address_or_header_is_repeated()
    {
        var settings = Settings.From(Folder, Variables(
            ("PERPETUAL_LOG", "json"), ("PERPETUAL_DEADMAN_URL", "https://switch.example/7f3a"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"), ("OTEL_EXPORTER_OTLP_HEADERS", "key=canary")));
        Assert.Equal(LogForm.Json, settings.Watch.Log);
        Assert.Equal(("https://switch.example/7f3a", "http://collector:4318/"), (settings.Watch.DeadMan!.Reveal().AbsoluteUri, settings.Watch.Otlp!.Endpoint.Reveal().AbsoluteUri));
        Assert.DoesNotContain("7f3a", settings.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", settings.ToString(), StringComparison.Ordinal);
        Assert.Equal("[secret] and [secret]", settings.Hidden.Hide("https://switch.example/7f3a and key=canary"));

        Assert.Equal(
            [
                "environment: PERPETUAL_LOG: is 'xml'; allowed: text or json",
                "environment: PERPETUAL_DEADMAN_URL: is not encrypted; allowed: an https address, or http of this machine",
                "environment: OTEL_EXPORTER_OTLP_ENDPOINT: is no address; allowed: an http or https address",
            ],
            Assert.Throws<ConfigurationException>(() => Settings.From(Folder, Variables(
                ("PERPETUAL_LOG", "xml"), ("PERPETUAL_DEADMAN_URL", "http://switch.example/7f3a"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318")))).Faults);
        Assert.Equal(WatchSettings.None, Settings.From(Folder, Variables(("PERPETUAL_DEADMAN_URL", ""))).Watch);
    }

    [Fact]
    public void The_example_environment_lists_exactly_the_variables_that_are_read()
    {
        var listed = File.ReadLines(RepositoryFolder.Config("../.env.example"))
            .Where(l => l.StartsWith("#PERPETUAL_", StringComparison.Ordinal)).Select(l => l[1..].Split('=')[0])
            .Where(name => !name.StartsWith(Secrets.Prefix, StringComparison.Ordinal));
        Assert.Equal(
            new[]
            {
                Settings.BackupVariable, Settings.BackupCopyVariable, Settings.BackupKeepVariable, Settings.BackupPassphraseVariable, Settings.ConfigVariable,
                Settings.DataVariable, WatchSettings.DeadManVariable, Settings.HouseholdVariable, WatchSettings.LogVariable, Settings.MailImapPasswordVariable,
                Settings.MailOAuthSecretVariable, Settings.MailRefreshTokenVariable, Settings.MailSmtpPasswordVariable, Settings.PageVariable, Settings.RuntimeKeyVariable,
            },
            listed.Order(StringComparer.Ordinal));
    }

    private static string At(params string[] parts) => Path.Combine([Folder, .. parts]);

    private static ImmutableDictionary<string, string> Variables(params (string Name, string Value)[] variables) =>
        variables.ToImmutableDictionary(v => v.Name, v => v.Value);
}
