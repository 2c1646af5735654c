using System.Text.RegularExpressions;

namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>Addresses as this program writes them: a cautious subset of RFC 5322 §3.4.1, without comments, quotes or angle brackets, so
/// that nothing in one needs escaping.</summary>
public static partial class MailAddress
{
    /// <summary>Whether a text is one address, <c>user@host</c>.</summary>
    public static bool IsOne(string text) => Shape().IsMatch(text);

    [GeneratedRegex(@"\A[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}\z")]
    private static partial Regex Shape();
}
