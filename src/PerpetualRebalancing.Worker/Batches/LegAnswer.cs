namespace PerpetualRebalancing.Worker.Batches;

/// <summary>What came of a person's word about a leg.</summary>
/// <param name="IsRecorded">False when it was refused; nothing changed then.</param>
/// <param name="Words">The answer as a sentence.</param>
/// <param name="IsKnown">False when there is no such leg.</param>
internal sealed record LegAnswer(bool IsRecorded, string Words, bool IsKnown = true);
