using System.Text.Json.Serialization;

namespace PerpetualRebalancing.Worker.Service;

/// <summary>What a <c>review</c> command asks a running service for.</summary>
internal sealed record ReviewRequest(bool AllowShortTerm);

/// <summary>What commands and the service say to each other through the database.</summary>
[JsonSerializable(typeof(ReviewRequest))]
internal sealed partial class ServiceJson : JsonSerializerContext;
