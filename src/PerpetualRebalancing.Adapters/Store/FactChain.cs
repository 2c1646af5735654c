using System.Globalization;
using System.Text;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Json;

namespace PerpetualRebalancing.Adapters.Store;

/// <summary>The hash chain that makes a changed or missing fact visible.</summary>
internal static class FactChain
{
    /// <summary>What the first fact of a household follows: different for every household, so that logs cannot be exchanged.</summary>
    public static string Start(HouseholdId household) => DomainJson.Hash(Encoding.UTF8.GetBytes(household.Value));

    /// <summary>SHA-256, hex. One value per line: no value holds a line break, so no two rows read alike.</summary>
    public static string Hash(string previous, long sequence, string at, string by, string json) => DomainJson.Hash(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{previous}\n{sequence}\n{at}\n{by}\n{json}")));
}

/// <summary>A row of the fact table.</summary>
/// <param name="Seq">1, 2, 3 ….</param>
/// <param name="At">As text: it is part of what was hashed.</param>
/// <param name="By">Who.</param>
/// <param name="Json">The canonical fact.</param>
/// <param name="PrevHash">The hash of the row before.</param>
/// <param name="Hash">Of this row.</param>
internal sealed record FactRow(long Seq, string At, string By, string Json, string PrevHash, string Hash)
{
    /// <summary>What is wrong with this row as the one after <paramref name="sequence"/> and <paramref name="previous"/>, or null.</summary>
    public string? Fault(long sequence, string previous) =>
        Seq != sequence + 1 ? $"fact {sequence + 1} is missing"
        : PrevHash != previous ? $"fact {Seq} does not follow the fact before it"
        : Hash != FactChain.Hash(PrevHash, Seq, At, By, Json) ? $"fact {Seq} was changed after it was recorded"
        : null;
}

/// <summary>Where a household's log ends. The hash covers every fact up to it: noted elsewhere, it proves the log's state on a day.</summary>
/// <param name="Sequence">How many facts.</param>
/// <param name="Hash">Of the last one, SHA-256, hex.</param>
public sealed record LogHead(long Sequence, string Hash);

/// <summary>What checking the audit chain found.</summary>
public abstract record AuditVerification
{
    private AuditVerification()
    {
    }

    /// <summary>Every fact is as it was recorded, and none is missing.</summary>
    /// <param name="Count">How many facts.</param>
    /// <param name="Head">The hash of the last one; note it elsewhere to prove the log's state on a day.</param>
    public sealed record Intact(long Count, string Head) : AuditVerification;

    /// <summary>The log was changed outside the program, or damaged.</summary>
    /// <param name="Sequence">The first fact that is not as recorded.</param>
    /// <param name="Why">One sentence.</param>
    public sealed record Broken(long Sequence, string Why) : AuditVerification;
}
