using System.Collections.Immutable;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>Keys and passwords, from the environment alone. Nothing prints them.</summary>
public sealed class Secrets
{
    private readonly ImmutableDictionary<string, string> _variables;

    private Secrets(ImmutableDictionary<string, string> variables) => _variables = variables;

    /// <summary>What the variables of secrets start with.</summary>
    public const string Prefix = "PERPETUAL_SECRET_";

    /// <summary>No secrets at all.</summary>
    public static readonly Secrets None = new(ImmutableDictionary<string, string>.Empty);

    /// <summary>The secrets among the variables of the environment.</summary>
    public static Secrets From(ImmutableDictionary<string, string> variables)
    {
        var secrets = variables.Where(v => v.Key.StartsWith(Prefix, StringComparison.Ordinal)).ToImmutableDictionary();
        return secrets.IsEmpty ? None : new Secrets(secrets);
    }

    /// <summary>The variable of a secret: <c>PERPETUAL_SECRET_ASHA_DEMAT_API_KEY</c> is the <c>API_KEY</c> of account asha-demat.</summary>
    /// <param name="account">Whose secret.</param>
    /// <param name="name">In capitals, as <c>.env.example</c> lists it.</param>
    public static string VariableOf(AccountId account, string name) =>
        Prefix + string.Concat(account.Value.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_')) + "_" + name;

    /// <summary>A secret of an account.</summary>
    /// <returns>Null when it is not set, or empty.</returns>
    public string? Find(AccountId account, string name) =>
        _variables.TryGetValue(VariableOf(account, name), out var value) && value.Length > 0 ? value : null;

    /// <summary>A secret that an account cannot do without.</summary>
    /// <exception cref="ConfigurationException">It is not set.</exception>
    public string Require(AccountId account, string name, string what) => Find(account, name) ?? throw new ConfigurationException(
        [$"environment: {VariableOf(account, name)}: is missing; allowed: {what} of account {account}"]);

    /// <inheritdoc/>
    public override string ToString() => "(secrets)";
}
