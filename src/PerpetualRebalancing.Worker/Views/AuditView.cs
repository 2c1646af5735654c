using System.Text.Json;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>What checking a household's log found.</summary>
/// <param name="Household">Whose log.</param>
/// <param name="IsWhole">True when every fact is as it was recorded and none is missing.</param>
/// <param name="Sequence">The last fact; of a broken log the first that is not as recorded.</param>
/// <param name="Head">The hash of the last fact; null when the log is broken.</param>
/// <param name="Why">What is broken, or null.</param>
/// <param name="Anchor">The hash that was asked for, or null.</param>
/// <param name="AnchorAt">The fact it is of; null when no hash was asked for or the whole log has none like it.</param>
internal sealed record AuditAnswer(HouseholdId Household, bool IsWhole, long Sequence, string? Head, string? Why, string? Anchor, long? AnchorAt)
{
    /// <summary>Puts an answer together. Of a broken log nothing is anchored, since any row of it may be invented.</summary>
    public static AuditAnswer Of(HouseholdId household, AuditVerification found, string? anchor, long? at) => found switch
    {
        AuditVerification.Intact whole => new(household, true, whole.Count, whole.Head, null, anchor, at),
        AuditVerification.Broken broken => new(household, false, broken.Sequence, null, broken.Why, anchor, null),
        _ => throw new InvalidOperationException("A log is intact or broken."),
    };
}

/// <summary>What checking the log found, for a person and for a machine.</summary>
internal static class AuditView
{
    /// <summary>For a machine.</summary>
    public static byte[] Json(AuditAnswer[] answers) => JsonSerializer.SerializeToUtf8Bytes(answers, WorkerJson.Default.AuditAnswerArray);

    /// <summary>For a person.</summary>
    public static Page Render(AuditAnswer[] answers)
    {
        var page = new PageWriter("Audit");
        if (answers.Length == 0)
        {
            page.Paragraph("No household is recorded, so there is nothing to check.", Tone.Warning);
        }

        foreach (var answer in answers)
        {
            page.Heading(answer.Household.Value);
            if (!answer.IsWhole)
            {
                page.Paragraph($"The log is BROKEN: {answer.Why}. Nothing is planned or placed on it; 'backup verify' finds a copy that is whole.", Tone.Bad);
                continue;
            }

            page.Paragraph("The log is whole: every fact is as it was recorded, and none is missing.", Tone.Good)
                .Facts(("facts", FormattableString.Invariant($"{answer.Sequence}")), ("head", answer.Head!));
            if (answer.Anchor is not null)
            {
                page.Paragraph(
                    answer.AnchorAt is { } at
                        ? FormattableString.Invariant($"The anchor is the hash of fact {at}: nothing up to it was changed since it was noted.")
                        : "The anchor is NOT in the log: the log was rewritten since it was noted, goes less far, or is of another household.",
                    answer.AnchorAt is null ? Tone.Bad : Tone.Good);
            }
        }

        return page.Page();
    }
}
