using System.Text;
using System.Text.RegularExpressions;
using PerpetualRebalancing.Adapters.Mail;

namespace PerpetualRebalancing.Worker.Tests.Mail;

/// <summary>Messages that were delivered into a folder, as their readers see them.</summary>
internal static partial class Delivered
{
    /// <summary>What a mail program without HTML shows of one.</summary>
    public static string TextOf(string file) => ReceivedMail.Parse(File.ReadAllBytes(file)).Text ?? "";

    /// <summary>Everything that any of its parts says.</summary>
    public static string AllOf(string file) => string.Join('\n', Encoded().Matches(File.ReadAllText(file).ReplaceLineEndings("\n"))
        .Select(part => Encoding.UTF8.GetString(Convert.FromBase64String(part.Groups[1].Value.Replace("\n", "", StringComparison.Ordinal)))));

    [GeneratedRegex(@"^Content-Transfer-Encoding: base64\n(?:.+\n)*\n((?:[A-Za-z0-9+/=]+\n)+)", RegexOptions.Multiline)]
    private static partial Regex Encoded();
}
