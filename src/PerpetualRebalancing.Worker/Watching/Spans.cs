using System.Diagnostics;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Watching;

/// <summary>Traces of reviews: one span for the whole, one for each of its steps. Without a listener they cost nothing.</summary>
internal static class Spans
{
    /// <summary>The name of the source.</summary>
    public const string Source = "PerpetualRebalancing";

    /// <summary>The name of a review's own span.</summary>
    public const string ReviewName = "review";

    private const string IdTag = "review.id";

    private static readonly ActivitySource Activities = new(Source);

    /// <summary>Begins a review.</summary>
    /// <param name="slot">Whose slot it takes.</param>
    /// <param name="kind">Scheduled or ad hoc.</param>
    public static Activity? Review(Slot slot, ReviewKind kind)
    {
        var review = Activities.StartActivity(ReviewName);
        return review?.SetTag(IdTag, $"{slot}-{review.TraceId.ToHexString()[..8]}").SetTag("review.slot", slot.ToString()).SetTag("review.kind", kind.ToString());
    }

    /// <summary>Begins a step of the review that is under way; outside of one there are no steps.</summary>
    public static Activity? Step(string name) => ReviewId is null ? null : Activities.StartActivity(name);

    /// <summary>How the review ended.</summary>
    public static void Ended(Activity? review, string outcome) => review?.SetTag("review.outcome", outcome);

    /// <summary>That the review failed; for a filter, so that the exception goes on untouched.</summary>
    /// <returns>Always false.</returns>
    public static bool Failed(Activity? review, Exception exception)
    {
        review?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
        if (review is not null)
        {
            exception.Data[IdTag] = IdOf(review);
        }

        return false;
    }

    /// <summary>The id of the review that is under way here, or null.</summary>
    public static string? ReviewId => IdOf(Activity.Current);

    /// <summary>The id of the review that a span belongs to, or null.</summary>
    public static string? IdOf(Activity? span)
    {
        for (var at = span; at is not null; at = at.Parent)
        {
            if (at.Source.Name == Source && at.OperationName == ReviewName)
            {
                return at.GetTagItem(IdTag) as string;
            }
        }

        return null;
    }

    /// <summary>The id of the review in which an exception was thrown, or null.</summary>
    public static string? IdOf(Exception? exception) => exception?.Data[IdTag] as string;
}
