using System.Collections.Immutable;
using System.Net;
using PerpetualRebalancing.Adapters.Backups;
using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Adapters.Vault;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>Where this installation keeps its things. Paths are absolute, so that a later change of folder changes nothing.</summary>
/// <param name="DataFolder">The database and the outbox; made when it is first written to.</param>
/// <param name="HouseholdFile">The household's policy.</param>
/// <param name="ConfigFolder">Calendars, charge schedules, tax tables and the paper market's prices.</param>
public sealed record Settings(string DataFolder, string HouseholdFile, string ConfigFolder)
{
    /// <summary>How the names of all variables of ours begin.</summary>
    public const string Prefix = "PERPETUAL_";

    /// <summary>The variable of <see cref="DataFolder"/>; default <c>./data</c>.</summary>
    public const string DataVariable = "PERPETUAL_DATA";

    /// <summary>The variable of <see cref="HouseholdFile"/>; default <c>household.json</c> in the configuration folder.</summary>
    public const string HouseholdVariable = "PERPETUAL_HOUSEHOLD";

    /// <summary>The variable of <see cref="ConfigFolder"/>; default <c>./config</c>.</summary>
    public const string ConfigVariable = "PERPETUAL_CONFIG";

    /// <summary>The variable of the backups' folder; default <c>backups</c> in the data folder.</summary>
    public const string BackupVariable = "PERPETUAL_BACKUP";

    /// <summary>The variable of the folder that backups are copied to.</summary>
    public const string BackupCopyVariable = "PERPETUAL_BACKUP_COPY";

    /// <summary>The variable of how many daily, weekly and monthly backups are kept.</summary>
    public const string BackupKeepVariable = "PERPETUAL_BACKUP_KEEP";

    /// <summary>The variable of the passphrase that encrypts backups.</summary>
    public const string BackupPassphraseVariable = "PERPETUAL_BACKUP_PASSPHRASE";

    /// <summary>The variable of the key that encrypts the logins of the accounts.</summary>
    public const string RuntimeKeyVariable = "PERPETUAL_RUNTIME_KEY";

    /// <summary>The variable of the password for sending mail.</summary>
    public const string MailSmtpPasswordVariable = "PERPETUAL_MAIL_SMTP_PASSWORD";

    /// <summary>The variable of the password for reading mail.</summary>
    public const string MailImapPasswordVariable = "PERPETUAL_MAIL_IMAP_PASSWORD";

    /// <summary>The variable of the secret of a mail login by OAuth.</summary>
    public const string MailOAuthSecretVariable = "PERPETUAL_MAIL_OAUTH_SECRET";

    /// <summary>The variable of the token that renews a mail login by OAuth.</summary>
    public const string MailRefreshTokenVariable = "PERPETUAL_MAIL_REFRESH_TOKEN";

    /// <summary>The variable of where the web page listens.</summary>
    public const string PageVariable = "PERPETUAL_PAGE";

    /// <summary>Where the web page listens unless told otherwise: this machine alone reaches it.</summary>
    public static readonly IPEndPoint UsualPage = new(IPAddress.Loopback, 8642);

    /// <summary>Where the web page of the service listens; null when there is none.</summary>
    public IPEndPoint? Page { get; init; } = UsualPage;

    /// <summary>Where backups go and how long they stay.</summary>
    public BackupSettings Backup { get; init; } = BackupSettings.Usual;

    /// <summary>Keys and passwords of the accounts.</summary>
    public Secrets Secrets { get; init; } = Secrets.None;

    /// <summary>Passwords and tokens of the mail.</summary>
    public MailSecrets Mail { get; init; } = MailSecrets.None;

    /// <summary>Encrypts what logins leave behind; null keeps that in memory.</summary>
    public RuntimeKey? RuntimeKey { get; init; }

    /// <summary>How others watch the service.</summary>
    public WatchSettings Watch { get; init; } = WatchSettings.None;

    /// <summary>What must never be written anywhere.</summary>
    public SecretValues Hidden { get; init; } = SecretValues.None;

    /// <summary>Where outside services are; the file may be missing.</summary>
    public string ServicesFile => Path.Combine(ConfigFolder, "services.json");

    /// <summary>The database of what happened.</summary>
    public string Database => Path.Combine(DataFolder, "household.db");

    /// <summary>The folder that messages are delivered to.</summary>
    public string Outbox => Path.Combine(DataFolder, "outbox");

    /// <summary>The variables that are no secrets: an installation's folders, files and forms.</summary>
    public static ImmutableArray<string> Variables => [.. Known.Except(Confidential), WatchSettings.OtlpVariable];

    private static readonly string[] Confidential =
    [
        BackupPassphraseVariable, RuntimeKeyVariable, MailSmtpPasswordVariable, MailImapPasswordVariable, MailOAuthSecretVariable, MailRefreshTokenVariable,
        WatchSettings.DeadManVariable,
    ];

    private static readonly string[] Known =
    [
        DataVariable, HouseholdVariable, ConfigVariable, BackupVariable, BackupCopyVariable, BackupKeepVariable, PageVariable, .. Confidential, WatchSettings.LogVariable,
    ];

    /// <summary>Makes the settings of an installation.</summary>
    /// <param name="folder">What relative paths start from: the working folder.</param>
    /// <param name="variables">The environment, over the <c>.env</c> file (<see cref="DotEnv.Over"/>), with what named files have (<see cref="SecretFiles.In"/>).</param>
    /// <exception cref="ConfigurationException">A <c>PERPETUAL_</c> variable is not known, or a value is no path.</exception>
    public static Settings From(string folder, ImmutableDictionary<string, string> variables)
    {
        var faults = ImmutableArray.CreateBuilder<string>();
        foreach (var name in variables.Keys.Where(k => k.StartsWith(Prefix, StringComparison.Ordinal) && !k.StartsWith(Secrets.Prefix, StringComparison.Ordinal)).Except(Known).Order())
        {
            faults.Add($"environment: {name}: is not a known variable{Suggestion.For(name, Known)}; allowed: {string.Join(", ", Known)}");
        }

        string PathOf(string variable, string fallback)
        {
            var value = variables.GetValueOrDefault(variable, fallback);
            if (value.Length > 0 && !value.Contains('\0'))
            {
                return Path.GetFullPath(value, folder);
            }

            faults.Add($"environment: {variable}: is empty; allowed: a path, or leave it out for {fallback}");
            return folder;
        }

        var config = PathOf(ConfigVariable, "config");
        var settings = new Settings(
            PathOf(DataVariable, "data"), PathOf(HouseholdVariable, Path.Combine(config, "household.json")), config);
        var keep = Retention.Usual;
        if (variables.TryGetValue(BackupKeepVariable, out var kept) && Retention.Parse(kept) is var retention)
        {
            keep = retention ?? keep;
            if (retention is null)
            {
                faults.Add($"environment: {BackupKeepVariable}: is '{kept}'; allowed: how many daily, weekly and monthly backups are kept, for example {Retention.Usual}");
            }
        }

        var passphrase = variables.GetValueOrDefault(BackupPassphraseVariable);
        if (passphrase?.Length < BackupSettings.ShortestPassphrase)
        {
            faults.Add($"environment: {BackupPassphraseVariable}: is shorter than allowed; allowed: at least {BackupSettings.ShortestPassphrase} characters, or leave it out for backups that are not encrypted");
        }

        var key = variables.TryGetValue(RuntimeKeyVariable, out var digits) ? RuntimeKey.Parse(digits) : null;
        if (digits is not null && key is null)
        {
            faults.Add($"environment: {RuntimeKeyVariable}: is no key; allowed: {RuntimeKey.Allowed}");
        }

        var page = UsualPage;
        if (variables.TryGetValue(PageVariable, out var listens))
        {
            page = listens == "off" ? null : EndPointOf(listens);
            if (page is null && listens != "off")
            {
                faults.Add($"environment: {PageVariable}: is '{listens}'; allowed: an address with a port like {UsualPage}, or off for no page");
            }
        }

        string? Optional(string variable) => variables.ContainsKey(variable) ? PathOf(variable, "none") : null;
        settings = settings with
        {
            Secrets = Secrets.From(variables),
            Mail = MailSecrets.From(variables),
            Backup = new BackupSettings(Optional(BackupVariable), Optional(BackupCopyVariable), keep, passphrase),
            RuntimeKey = key,
            Watch = WatchSettings.From(variables, faults),
            Hidden = SecretValues.Among(variables),
            Page = page,
        };
        return faults.Count == 0 ? settings : throw new ConfigurationException(faults.ToImmutable());
    }

    private static IPEndPoint? EndPointOf(string text) =>
        text.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(text.Replace("localhost:", "127.0.0.1:", StringComparison.Ordinal), out var found) && found.Port > 0 ? found : null;
}
