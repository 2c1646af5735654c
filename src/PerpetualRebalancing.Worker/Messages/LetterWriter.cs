using System.Globalization;
using System.Net;
using System.Text;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Messages;

/// <summary>Collects the lines of a message, in both of its forms at once, so that they cannot say different things.</summary>
internal sealed class LetterWriter
{
    private const string Indent = "    ";
    private const string Frame =
        """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"></head>
        <body style="font:16px/1.45 system-ui,sans-serif;margin:0 auto;padding:12px;max-width:42em">
        """;

    private readonly StringBuilder _text = new();
    private readonly StringBuilder _html = new(Frame);

    /// <summary>Adds a line; one that starts with four spaces belongs to the line before it.</summary>
    public LetterWriter Line(string text = "")
    {
        _text.Append(text).Append('\n');
        if (text.Length == 0)
        {
            _html.Append("<div>&nbsp;</div>\n");
        }
        else
        {
            _html.Append(text.StartsWith(Indent, StringComparison.Ordinal) ? "<div style=\"padding-left:1.2em;opacity:.8\">" : "<div>").Append(Html(text.Trim())).Append("</div>\n");
        }

        return this;
    }

    /// <summary>Adds a command that the reader may type.</summary>
    public LetterWriter Command(string text)
    {
        _text.Append(text).Append('\n');
        _html.Append("<div><code>").Append(Html(text)).Append("</code></div>\n");
        return this;
    }

    /// <summary>Adds a link that the reader may follow.</summary>
    public LetterWriter Link(string words, Uri address)
    {
        _text.Append(words).Append(": ").Append(address.AbsoluteUri).Append('\n');
        _html.Append("<p><a style=\"display:inline-block;padding:10px 18px;border:2px solid;border-radius:6px;font-weight:600\" href=\"")
            .Append(Html(address.AbsoluteUri)).Append("\">").Append(Html(words)).Append("</a></p>\n");
        return this;
    }

    /// <summary>Adds a section with its lines; nothing when there are none.</summary>
    public LetterWriter Section(string heading, params IEnumerable<string> lines)
    {
        var all = lines.ToArray();
        if (all.Length > 0)
        {
            Heading(heading);
            foreach (var line in all)
            {
                Line(line);
            }
        }

        return this;
    }

    /// <summary>Adds drifts before and after, in points; where the mail program draws, as bars around the target.</summary>
    public LetterWriter Drifts(string heading, IReadOnlyList<(string Name, Drift Before, Drift After)> rows)
    {
        if (rows.Count == 0)
        {
            return this;
        }

        Heading(heading);
        var largest = DriftBar.Largest(rows.SelectMany(r => new[] { r.Before, r.After }));
        _html.Append("<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" style=\"border-collapse:collapse;width:100%\">\n");
        foreach (var (name, before, after) in rows)
        {
            _text.Append(name).Append(": ").Append(MoneyFormat.Points(before)).Append(" now, ").Append(MoneyFormat.Points(after)).Append(" after\n");
            _html.Append("<tr><td colspan=\"3\" style=\"padding-top:6px\">").Append(Html(name)).Append(": ").Append(Html(MoneyFormat.Points(before)))
                .Append(" now, ").Append(Html(MoneyFormat.Points(after))).Append(" after</td></tr>\n");
            Bar(before, largest, "#9aa5b1");
            Bar(after, largest, "#2563eb");
        }

        _html.Append("</table>\n<div style=\"opacity:.8\">Left of the line underweight, right of it overweight; grey is now, blue is after the plan.</div>\n");
        _text.Append("(minus is underweight, plus is overweight)\n");
        return this;
    }

    /// <summary>The message.</summary>
    public Letter Under(string subject) => new(subject, _text.ToString(), $"{_html}</body></html>\n");

    private void Heading(string heading)
    {
        _text.Append('\n').Append(heading).Append('\n');
        _html.Append("<h2 style=\"font-size:1em;margin:1.2em 0 .3em\">").Append(Html(heading)).Append("</h2>\n");
    }

    // Two cells that meet at the target, the filled part of each as a table of its own: mail programs draw no other charts.
    private void Bar(Drift drift, Drift largest, string colour)
    {
        var percent = largest == Drift.Zero ? 0 : (int)Math.Round(Math.Abs(drift.Fraction) / largest.Fraction * 100m, MidpointRounding.AwayFromZero);
        var (left, right) = drift.Fraction < 0m ? (percent, 0) : (0, percent);
        _html.Append("<tr><td width=\"50%\" align=\"right\" style=\"border-right:2px solid #64748b\">").Append(Filled(left, colour)).Append("</td><td width=\"50%\" align=\"left\">")
            .Append(Filled(right, colour)).Append("</td></tr>\n");
    }

    private static string Filled(int percent, string colour) => percent == 0
        ? "<div style=\"height:7px;font-size:1px\">&nbsp;</div>"
        : string.Create(CultureInfo.InvariantCulture, $"<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" width=\"{percent}%\"><tr><td bgcolor=\"{colour}\" height=\"7\" style=\"height:7px;font-size:1px\">&nbsp;</td></tr></table>");

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
