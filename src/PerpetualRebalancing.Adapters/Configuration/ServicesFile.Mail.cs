using System.Net;
using PerpetualRebalancing.Adapters.Mail;

namespace PerpetualRebalancing.Adapters.Configuration;

public static partial class ServicesFile
{
    private const string AddressForm = "an address of the form left@right, in plain letters";
    private const string HostName = "the server's name as its certificate has it, such as mail.example.org";
    private const string Label = "1 to 200 letters, digits and signs without spaces or control characters";

    /// <summary>The household's mail; null when messages go to the folder.</summary>
    private static MailSettings? Mail(JsonNodeReader file)
    {
        if (!file.Has("mail"))
        {
            return null;
        }

        return Section(file, "mail", mail =>
        {
            var from = Address(mail);
            var name = mail.Has("name") ? mail.Text("name", "the sender's name for people, one line") : null;
            var smtp = Section(mail, "smtp", s => Host(s, from, 465, 587, 25));
            var imap = mail.Has("imap") ? Section(mail, "imap", s => Inbox(s, from)) : null;
            var oauth = mail.Has("oauth") ? Section(mail, "oauth", Renewal) : null;
            if (oauth is null && (smtp.Login == MailLogin.Oauth || imap?.Host.Login == MailLogin.Oauth))
            {
                mail.Fault("oauth", "is missing, and a login is by oauth", "an object { \"endpoint\": \"https://…\", \"clientId\": \"…\" }");
            }

            var authority = mail.Has("certificateAuthority") ? mail.Text("certificateAuthority", "the path of a PEM file, from the folder of this file") : null;
            return new MailSettings(from, name, smtp, imap, oauth, authority);
        });
    }

    private static string Address(JsonNodeReader mail)
    {
        var text = mail.Text("from", AddressForm);
        if (text is not null && !MailAddress.IsOne(text))
        {
            mail.Fault("from", $"is '{text}'", AddressForm);
        }

        return text ?? "-@-";
    }

    private static MailHost Host(JsonNodeReader section, string from, int tls, int starttls, int clear)
    {
        var host = section.Text("host", HostName);
        var isHost = host is not null && Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6;
        if (host is not null && !isHost)
        {
            section.Fault("host", $"is '{host}'", HostName);
        }

        var security = section.Choice<MailSecurity>("security", MailSecurity.Tls) ?? MailSecurity.Tls;
        if (security == MailSecurity.None && isHost && !IsThisMachine(host!))
        {
            section.Fault("security", "is 'none', and the server is not this machine itself", "tls, starttls");
        }

        var usual = security switch { MailSecurity.Tls => tls, MailSecurity.Starttls => starttls, _ => clear };
        var port = section.Whole("port", 1, 65535, "as a port", usual) ?? usual;
        var user = section.Text("user", Label, from) ?? from;
        var login = section.Choice<MailLogin>("login", MailLogin.Password) ?? MailLogin.Password;
        return new MailHost(host ?? "-", port, security, user, login);
    }

    private static ImapSettings Inbox(JsonNodeReader section, string from)
    {
        var host = Host(section, from, 993, 143, 143);
        var folder = section.Text("folder", "the name of a folder, in ASCII letters", "INBOX") ?? "INBOX";
        if (!folder.All(c => char.IsAscii(c) && c is not ('"' or '\\' or '%' or '*')))
        {
            section.Fault("folder", $"is '{folder}'", "the name of a folder, in ASCII letters without \", \\, % and *");
        }

        const string authority = "the name that this mailbox's own server writes at the beginning of Authentication-Results, such as mx.example.org";
        var name = section.Text("authenticationResults", authority);
        if (name is not null && !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
        {
            section.Fault("authenticationResults", $"is '{name}'", authority);
        }

        return new ImapSettings(host, folder, name ?? "-");
    }

    private static OAuthSettings Renewal(JsonNodeReader section)
    {
        var text = section.Text("endpoint", Https);
        return new OAuthSettings((text is null ? null : AddressOf(section, "endpoint", text)) ?? new Uri("https://localhost/"), section.Text("clientId", Label) ?? "-");
    }

    private static bool IsThisMachine(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
