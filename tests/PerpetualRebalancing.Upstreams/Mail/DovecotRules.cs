using System.Globalization;

namespace PerpetualRebalancing.Upstreams.Mail;

/// <summary>How Dovecot behaves in <see cref="MailTown"/>.</summary>
internal static class DovecotRules
{
    /// <summary>The whole configuration.</summary>
    public static string Write(string folder, int imap, int imaps) => """
        base_dir = @folder@/run
        state_dir = @folder@/run
        log_path = @folder@/log/dovecot.log
        protocols = imap lmtp
        listen = 127.0.0.1
        mail_location = maildir:@folder@/mail/%u
        ssl = required
        ssl_cert = <@folder@/cert.pem
        ssl_key = <@folder@/key.pem
        auth_mechanisms = plain login xoauth2
        auth_failure_delay = 0
        first_valid_uid = 1
        passdb {
          driver = passwd-file
          mechanisms = plain login
          args = username_format=%u @folder@/passwd
        }
        passdb {
          driver = passwd-file
          mechanisms = xoauth2
          args = username_format=%u @folder@/imap-tokens
        }
        userdb {
          driver = static
          args = uid=mail gid=mail home=@folder@/mail/%u allow_all_users=yes
        }
        service anvil {
          client_limit = 400
        }
        service imap-login {
          inet_listener imap {
            port = @imap@
          }
          inet_listener imaps {
            port = @imaps@
            ssl = yes
          }
        }
        service lmtp {
          unix_listener lmtp {
            mode = 0666
          }
        }
        """.Replace("@folder@", folder, StringComparison.Ordinal).Replace("@imap@", imap.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("@imaps@", imaps.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal) + "\n";
}
