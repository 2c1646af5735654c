using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Store;

namespace PerpetualRebalancing.Worker.Messages;

/// <summary>A message as a person reads it, on a phone as well: short lines, in two forms that say the same.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Body">Plain text; lines that end in a line feed.</param>
/// <param name="Html">The same for a mail program that shows HTML: no images, no script, nothing fetched.</param>
public sealed record Letter(string Subject, string Body, string Html)
{
    /// <summary>Files that go with it.</summary>
    public ImmutableArray<OutboxAttachment> Attachments { get; init; } = [];
}
