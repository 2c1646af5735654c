namespace PerpetualRebalancing.Worker.Outside;

/// <summary>What came of a login.</summary>
/// <param name="IsDone">Whether the account can be used now.</param>
/// <param name="Words">What happened, and what to do, as a sentence.</param>
/// <param name="IsSomebodyElse">Another user than the configured one came back: whoever looks after the household must know.</param>
internal sealed record LoginAnswer(bool IsDone, string Words, bool IsSomebodyElse = false);
