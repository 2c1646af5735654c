using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>A folder of <c>.eml</c> files in the order they were written: <c>001-approve-2026-06.eml</c>. Where no mail server is configured,
/// messages go there; one process writes to it.</summary>
/// <param name="folder">The folder; made when the first message is delivered.</param>
public sealed partial class OutboxFolder(string folder) : IMailSender
{
    private const int LongestSlug = 60;

    private readonly Lock _gate = new();
    private Dictionary<string, string> _files = new(StringComparer.Ordinal);
    private Dictionary<string, string> _byId = new(StringComparer.Ordinal);
    private DateTime? _seen;
    private int _last;

    /// <inheritdoc/>
    public Task<SendOutcome> SendAsync(MailMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            Deliver(message);
            return Task.FromResult<SendOutcome>(new SendOutcome.Sent());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult<SendOutcome>(new SendOutcome.Later($"{folder} cannot be written: {e.Message}"));
        }
        catch (ArgumentException e)
        {
            return Task.FromResult<SendOutcome>(new SendOutcome.Refused(e.Message));
        }
    }

    /// <summary>Delivers a message once: the same identity a second time changes nothing.</summary>
    /// <returns>The path of its file.</returns>
    /// <exception cref="IOException">The folder or disk cannot be written; there is then no part of the message in it.</exception>
    /// <exception cref="ArgumentException">A header value is not allowed: see <see cref="EmlFile.Write"/>.</exception>
    public string Deliver(MailMessage message)
    {
        var content = EmlFile.Write(message);
        lock (_gate)
        {
            Directory.CreateDirectory(folder);
            Look();
            if (_byId.TryGetValue(message.Id, out var there))
            {
                return there;
            }

            var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{_last + 1:000}-{Slug(message.Subject)}.eml"));

            // Until it is known how this ends, nothing is known of the folder.
            _seen = null;
            Write(path, content);
            Know(path, message.Id);
            _seen = Directory.GetLastWriteTimeUtc(folder);
            return path;
        }
    }

    /// <summary>A folder in which nothing came, went or was renamed but by us is not listed again; where something was, only files of
    /// new names are read. So a message costs the same however many are there.</summary>
    private void Look()
    {
        var changed = Directory.GetLastWriteTimeUtc(folder);
        if (_seen == changed)
        {
            return;
        }

        var before = _files;
        (_files, _byId, _last) = (new(StringComparer.Ordinal), new(StringComparer.Ordinal), 0);
        foreach (var file in Directory.EnumerateFiles(folder, "*.eml"))
        {
            Know(file, before.GetValueOrDefault(file) ?? IdOf(file) ?? "");
        }

        _seen = changed;
    }

    private void Know(string file, string id)
    {
        _files[file] = id;
        _byId[id] = file;
        var match = Number().Match(Path.GetFileName(file));
        _last = match.Success ? Math.Max(_last, int.Parse(match.Value, CultureInfo.InvariantCulture)) : _last;
    }

    // Written beside and renamed: a reader, or a crash, never sees half a message.
    private static void Write(string path, byte[] content)
    {
        var unfinished = path + ".part";
        using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path);
    }

    private static string? IdOf(string file)
    {
        foreach (var line in File.ReadLines(file))
        {
            if (line.Length == 0)
            {
                break;
            }

            if (line.StartsWith("Message-ID: <", StringComparison.Ordinal) && line.EndsWith('>'))
            {
                return line["Message-ID: <".Length..^1];
            }
        }

        return null;
    }

    private static string Slug(string subject)
    {
        var slug = new StringBuilder();
        foreach (var letter in subject.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(letter))
            {
                slug.Append(letter);
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        var text = slug.ToString(0, Math.Min(slug.Length, LongestSlug)).Trim('-');
        return text.Length == 0 ? "message" : text;
    }

    [GeneratedRegex(@"\A[0-9]{1,9}(?=-)")]
    private static partial Regex Number();
}
