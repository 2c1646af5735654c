using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace PerpetualRebalancing.Worker.Messages;

/// <summary>What somebody wrote themselves in a reply: what is quoted, and what programs and habits append, is taken off.</summary>
/// <param name="Lines">Trimmed, without empty ones.</param>
public sealed partial record ReplyText(ImmutableArray<string> Lines)
{
    private const int LongestAttribution = 3;
    private const int MostLines = 200;

    /// <summary>Reads the text part of a mail. Cautious: a line that it cannot place counts as written by the sender.</summary>
    public static ReplyText Of(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n', MostLines + 1).Take(MostLines).Select(l => l.Replace('\u00a0', ' ').Trim()).ToArray();
        var end = Array.FindIndex(lines, 0, StartsWhatIsNotTheirs);
        end = end < 0 ? lines.Length : end;
        return new ReplyText([.. lines.Take(WithoutAttribution(lines, end)).Where(l => l.Length > 0)]);
    }

    private static bool StartsWhatIsNotTheirs(string line) =>
        line.StartsWith('>') || line is "--" or "-- " || line.StartsWith("________________", StringComparison.Ordinal) || Divider().IsMatch(line) || Appended().IsMatch(line);

    /// <summary>The line or lines that announce a quotation ("On Tue, 30 Jun 2026 … wrote:") go with it, in any language: the last paragraph
    /// before it, when it ends in a colon.</summary>
    private static int WithoutAttribution(string[] lines, int end)
    {
        var last = end - 1;
        while (last >= 0 && lines[last].Length == 0)
        {
            last--;
        }

        if (last < 0 || !lines[last].EndsWith(':'))
        {
            return end;
        }

        var first = last;
        while (first > 0 && lines[first - 1].Length > 0 && last - first + 1 < LongestAttribution)
        {
            first--;
        }

        return first;
    }

    [GeneratedRegex(@"\A-{3,}.*-{3,}\z")]
    private static partial Regex Divider();

    [GeneratedRegex(@"\A(Sent from my |Sent from Outlook|Get Outlook for |Sent via |Von meinem )", RegexOptions.IgnoreCase)]
    private static partial Regex Appended();
}
