namespace PerpetualRebalancing.Worker.Messages;

/// <summary>A message as a person reads it, on a phone as well: plain text, short lines, no tables.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Body">Lines that end in a line feed.</param>
public sealed record Letter(string Subject, string Body);
