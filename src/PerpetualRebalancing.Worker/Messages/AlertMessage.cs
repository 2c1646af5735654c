using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Commands;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Messages;

/// <summary>Tells a person what must not wait.</summary>
public static class AlertMessage
{
    private const int LongestSubject = 90;

    /// <summary>Writes the message.</summary>
    /// <param name="severity">How urgent.</param>
    /// <param name="text">What happened and what to do.</param>
    /// <param name="policy">Whose alert it is.</param>
    /// <param name="at">When.</param>
    public static Letter Compose(Severity severity, string text, Household policy, DateTimeOffset at)
    {
        var sentence = MoneyFormat.FullSentence(text.ReplaceLineEndings(" "));
        var word = severity == Severity.Critical ? "CRITICAL" : severity == Severity.Warning ? "Warning" : "Note";
        var subject = $"{word}: {sentence}";
        return new LetterWriter()
            .Line(sentence)
            .Line()
            .Line($"{policy.Name}, {MoneyFormat.Moment(at, TimeZoneInfo.FindSystemTimeZoneById(policy.Schedule.TimeZone))}.")
            .Line($"See '{CommandLine.ProgramName} status'.")
            .Under(subject.Length <= LongestSubject ? subject : $"{subject[..subject.LastIndexOf(' ', LongestSubject)]} ...");
    }
}
