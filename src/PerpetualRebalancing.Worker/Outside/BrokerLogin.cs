namespace PerpetualRebalancing.Worker.Outside;

/// <summary>A login that a person does in a browser.</summary>
/// <param name="Begin">Makes the link to open.</param>
/// <param name="CompleteAsync">Takes the address that the browser was led to.</param>
internal sealed record BrokerLogin(Func<Uri> Begin, Func<string, CancellationToken, Task<LoginAnswer>> CompleteAsync);
