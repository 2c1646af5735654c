using System.Text.Json.Serialization;

namespace PerpetualRebalancing.Worker.Service;

/// <summary>What a <c>review</c> command asks a running service for.</summary>
internal sealed record ReviewRequest(bool AllowShortTerm);

/// <summary>How it answers.</summary>
/// <param name="ExitCode">One of <see cref="Worker.ExitCode"/>: how the command that asked ends.</param>
/// <param name="Words">For the person who asked.</param>
internal sealed record ReviewAnswer(int ExitCode, string Words);

/// <summary>What <c>halt</c> and <c>resume</c> ask the holder of the placing role for.</summary>
/// <param name="Why">For everybody who looks.</param>
internal sealed record SwitchRequest(string Why);

/// <summary>What commands and the service say to each other through the database.</summary>
[JsonSerializable(typeof(ReviewRequest))]
[JsonSerializable(typeof(SwitchRequest))]
[JsonSerializable(typeof(ReviewAnswer))]
internal sealed partial class ServiceJson : JsonSerializerContext;
