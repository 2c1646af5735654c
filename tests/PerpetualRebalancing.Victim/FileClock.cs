using System.Globalization;

namespace PerpetualRebalancing.Victim;

/// <summary>A clock that stands at what a file says.</summary>
internal sealed class FileClock(string file) : TimeProvider
{
    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
}
