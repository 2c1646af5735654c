using System.Text;

namespace PerpetualRebalancing.Worker.Messages;

/// <summary>Collects the lines of a message.</summary>
internal sealed class LetterWriter
{
    private readonly StringBuilder _text = new();

    /// <summary>Adds a line.</summary>
    public LetterWriter Line(string text = "")
    {
        _text.Append(text).Append('\n');
        return this;
    }

    /// <summary>Adds a section with its lines; nothing when there are none.</summary>
    public LetterWriter Section(string heading, params IEnumerable<string> lines)
    {
        var all = lines.ToArray();
        if (all.Length > 0)
        {
            Line().Line(heading);
            foreach (var line in all)
            {
                Line(line);
            }
        }

        return this;
    }

    /// <summary>The message.</summary>
    public Letter Under(string subject) => new(subject, _text.ToString());
}
