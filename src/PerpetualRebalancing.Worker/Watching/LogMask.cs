using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Worker.Watching;

/// <summary>Keeps secrets and account numbers out of the log.</summary>
internal sealed class LogMask
{
    private readonly SecretValues _secrets;
    private readonly ImmutableArray<(string Number, string Shown)> _numbers;

    /// <summary>Masks an installation's.</summary>
    /// <param name="secrets">What its environment holds.</param>
    /// <param name="household">Whose accounts.</param>
    public LogMask(SecretValues secrets, Household household)
    {
        _secrets = secrets;
        _numbers = [.. household.Accounts.Where(a => a.Number is { Length: > 3 }).Select(a => (a.Number!, $"…{a.Number![^3..]}")).OrderByDescending(n => n.Item1.Length)];
    }

    /// <summary>The text without secrets, and of an account's number its last three characters.</summary>
    public string Clean(string text) => _numbers.Aggregate(_secrets.Hide(text), (t, n) => t.Replace(n.Number, n.Shown, StringComparison.OrdinalIgnoreCase));
}
