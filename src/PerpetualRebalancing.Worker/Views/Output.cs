using System.Text;
using Spectre.Console;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>Where a command's answer goes, in the form that reads best there: tables and colour on a terminal, aligned lines in a
/// pipe or a file, JSON for a machine.</summary>
public sealed class Output
{
    private readonly TextWriter? _writer;
    private readonly IAnsiConsole? _console;
    private readonly bool _json;

    private Output(TextWriter? writer, IAnsiConsole? console, bool json) => (_writer, _console, _json) = (writer, console, json);

    /// <summary>True when a machine reads the answer: say nothing else on standard output.</summary>
    public bool IsJson => _json;

    /// <summary>A terminal.</summary>
    public static Output Terminal(IAnsiConsole console) => new(null, console, json: false);

    /// <summary>A pipe or a file.</summary>
    public static Output Plain(TextWriter writer) => new(writer, null, json: false);

    /// <summary>A machine.</summary>
    public static Output Json(TextWriter writer) => new(writer, null, json: true);

    /// <summary>Shows an answer in one of its two forms; the other is not made.</summary>
    /// <param name="page">For a person.</param>
    /// <param name="json">UTF-8 JSON for a machine.</param>
    public void Show(Func<Page> page, Func<byte[]> json)
    {
        if (_json)
        {
            _writer!.WriteLine(Encoding.UTF8.GetString(json()));
        }
        else if (_console is not null)
        {
            TerminalPage.Write(_console, page());
        }
        else
        {
            PlainPage.Write(_writer!, page());
        }
    }

    /// <summary>Says one line to a person, on the way to the answer; a machine is told nothing.</summary>
    public void Say(string line, Tone tone = Tone.Plain)
    {
        if (_console is not null)
        {
            TerminalPage.Line(_console, new Cell(line, tone));
        }
        else if (!_json)
        {
            _writer!.WriteLine(line);
        }
    }
}
