using System.Text;
using System.Text.Json;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>Reads the files that people edit, and says clearly why one cannot be read.</summary>
internal static class TextFile
{
    // Nobody writes a configuration this long by hand; a wrong path (a database, a log) should fail at once.
    private const long LargestFile = 4 * 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The file's text, without a byte-order mark.</summary>
    /// <exception cref="ConfigurationException">There is no such file, or it is not readable UTF-8 text.</exception>
    public static string Read(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > LargestFile)
            {
                throw Unreadable(path, $"is {length} bytes long; allowed: at most {LargestFile}");
            }

            return Strict.GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF');
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Unreadable(path, "there is no such file; name an existing one");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw Unreadable(path, $"cannot be read ({e.Message}); make it readable for this user");
        }
        catch (DecoderFallbackException)
        {
            throw Unreadable(path, "is not UTF-8 text; save it as UTF-8");
        }
    }

    /// <summary>The file's JSON; comments and trailing commas are fine, as people edit it.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read or is malformed; the fault names line and column.</exception>
    public static JsonDocument ReadJson(string path)
    {
        var text = Read(path);
        try
        {
            var document = JsonDocument.Parse(
                text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            ReadTexts(document.RootElement);
            return document;
        }
        catch (InvalidOperationException)
        {
            throw OneFault(path, "the whole file", "holds a \\u escape that is half of a character", "the character itself");
        }
        catch (JsonException e)
        {
            var line = (int)(e.LineNumber ?? 0);
            var column = Column(text, line, (int)(e.BytePositionInLine ?? 0));
            var problem = e.Message.Split(" LineNumber:", 2)[0].TrimEnd('.', ' ');
            throw OneFault(
                path,
                $"line {line + 1}, column {column}",
                // The parser may quote the rest of the file.
                $"malformed JSON: {(problem.Length <= 160 ? problem : $"{problem[..60]} … {problem[^80..]}")}",
                "JSON, with // comments and trailing commas");
        }
    }

    // The parser leaves escapes as they are until a text is read, and throws only then.
    private static void ReadTexts(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    ReadTexts(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    ReadTexts(property.Value);
                }

                break;
        }
    }

    // The parser counts UTF-8 bytes; an editor counts characters.
    private static int Column(string text, int line, int bytes)
    {
        var lines = text.Split('\n');
        var prefix = Encoding.UTF8.GetBytes(line < lines.Length ? lines[line] : "").Take(bytes).ToArray();
        return Encoding.UTF8.GetString(prefix).Length + 1;
    }

    private static ConfigurationException OneFault(string path, string key, string problem, string allowed)
    {
        var faults = new FaultList(path);
        faults.Add(key, problem, allowed);
        return new ConfigurationException(faults.Lines);
    }

    private static ConfigurationException Unreadable(string path, string problem) =>
        new($"{Path.GetFileName(path)}: {Path.GetFullPath(path)}: {problem}");
}
