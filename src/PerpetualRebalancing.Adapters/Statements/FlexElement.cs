using System.Xml;

namespace PerpetualRebalancing.Adapters.Statements;

/// <summary>An element's attributes, read one by one.</summary>
internal sealed class FlexElement(XmlReader xml, StatementFaults faults)
{
    // IBKR's query templates choose among these; two more put the month first or last and cannot be told apart.
    private static readonly string[] Days = ["yyyyMMdd", "yyyy-MM-dd"];

    /// <summary>Its name.</summary>
    public string Name { get; } = xml.LocalName;

    /// <summary>Where it stands.</summary>
    public string Place { get; } = $"line {(xml as IXmlLineInfo)?.LineNumber ?? 1}, {StatementFaults.Short(xml.LocalName)}";

    /// <summary>Whether a fault was found in it.</summary>
    public bool IsFaulty { get; private set; }

    /// <summary>An attribute; empty when it is not there.</summary>
    public string Text(string attribute) => xml.GetAttribute(attribute)?.Trim() ?? "";

    /// <summary>An attribute that must say something.</summary>
    public string Required(string attribute)
    {
        var text = Text(attribute);
        if (text.Length is 0 or > 40)
        {
            Fault(attribute, text.Length == 0 ? "is missing" : $"is '{StatementFaults.Short(text)}'", "what the broker wrote, at most 40 letters");
        }

        return text;
    }

    /// <summary>A number.</summary>
    public decimal Number(string attribute, decimal? fallback = null)
    {
        var text = Text(attribute);
        if (text.Length == 0 && fallback is { } otherwise)
        {
            return otherwise;
        }

        if (StatementNumber.TryParse(text, out var number))
        {
            return number;
        }

        Fault(attribute, text.Length == 0 ? "is missing" : $"is '{StatementFaults.Short(text)}'", "a number, like 12.5");
        return 0m;
    }

    /// <summary>The day of a date, or of a date with a time after <c>;</c>, <c>,</c>, <c>T</c> or a space.</summary>
    public DateOnly Day(string attribute, DateOnly latest)
    {
        var text = Text(attribute);
        if (!StatementNumber.TryDay(text.Split([';', ',', ' ', 'T'], 2)[0], Days, out var day) || day > latest)
        {
            Fault(
                attribute, text.Length == 0 ? "is missing" : day > latest ? $"is {day:yyyy-MM-dd}, which is too late" : $"is '{StatementFaults.Short(text)}'",
                $"a day like 20260630 or 2026-06-30, up to {latest:yyyy-MM-dd}");
            return latest;
        }

        return day;
    }

    /// <summary>Records a fault of this element.</summary>
    public void Fault(string attribute, string problem, string allowed)
    {
        IsFaulty = true;
        faults.Add(Place, attribute, problem, allowed);
    }
}
