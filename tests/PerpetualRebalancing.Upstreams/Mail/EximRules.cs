using System.Globalization;

namespace PerpetualRebalancing.Upstreams.Mail;

/// <summary>How Exim behaves in <see cref="MailTown"/>. <c>X-Test-Results</c> asks for other Authentication-Results than the true ones: <c>none</c> for no
/// such header, <c>spf</c> for SPF alone, <c>dkim</c> for an aligned signature without DMARC, <c>dkim-other</c> for a signature of another domain,
/// <c>dkim-fail</c> for one that does not verify, and <c>foreign</c> to leave those of the sender in, below our own <c>dmarc=fail</c>.</summary>
internal static class EximRules
{
    /// <summary>The whole configuration.</summary>
    public static string Write(string folder, int smtp, int smtps) => """
        exim_path = /usr/sbin/exim4
        spool_directory = @folder@/spool
        log_file_path = @folder@/log/exim-%slog
        pid_file_path = @folder@/spool/exim.pid
        primary_hostname = localhost
        daemon_smtp_ports = @smtp@ : @smtps@
        tls_on_connect_ports = @smtps@
        local_interfaces = 127.0.0.1
        keep_environment =
        host_lookup =
        rfc1413_query_timeout = 0s
        tls_advertise_hosts = *
        tls_certificate = @folder@/cert.pem
        tls_privatekey = @folder@/key.pem
        auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}
        domainlist local = test.local
        acl_smtp_rcpt = rcpt
        acl_smtp_data = data
        message_size_limit = 10M
        smtp_accept_max_per_connection = 100
        smtp_enforce_sync = true
        deliver_drop_privilege = true
        queue_run_in_order = true

        begin acl
        rcpt:
          deny message = 530 authentication required
               !authenticated = *
          deny message = no such mailbox here
               recipients = refused@test.local
          defer message = greylisted, come again later
               recipients = grey@test.local
               condition = ${if !exists{@folder@/greylisting-ended}}
          accept domains = +local
          deny message = relay denied

        data:
          warn set acl_m_wish = $h_x-test-results:
               set acl_m_from = ${address:$h_from:}
               set acl_m_domain = ${domain:$h_from:}
          warn condition = ${if eq{$acl_m_wish}{foreign}{no}{yes}}
               remove_header = Authentication-Results
          accept condition = ${if eq{$acl_m_wish}{none}}
          accept condition = ${if eq{$acl_m_wish}{spf}}
               add_header = :at_start:Authentication-Results: mx.test.local; spf=pass smtp.mailfrom=$sender_address
          accept condition = ${if eq{$acl_m_wish}{dkim}}
               add_header = :at_start:Authentication-Results: mx.test.local; dkim=pass (2048-bit key) header.d=$acl_m_domain header.s=k1 header.b=ab/cd+==; spf=none
          accept condition = ${if eq{$acl_m_wish}{dkim-other}}
               add_header = :at_start:Authentication-Results: mx.test.local; dkim=pass header.d=elsewhere.test header.s=k1; dmarc=fail header.from=$acl_m_domain
          accept condition = ${if eq{$acl_m_wish}{dkim-fail}}
               add_header = :at_start:Authentication-Results: mx.test.local; dkim=fail header.d=$acl_m_domain header.s=k1; dmarc=fail header.from=$acl_m_domain
          accept condition = ${if and{{eqi{$authenticated_id}{$acl_m_from}}{!eq{$acl_m_wish}{foreign}}}}
               add_header = :at_start:Authentication-Results: mx.test.local; dmarc=pass (p=REJECT) header.from=$acl_m_domain; spf=pass smtp.mailfrom=$sender_address
          accept add_header = :at_start:Authentication-Results: mx.test.local; dmarc=fail (p=REJECT) header.from=$acl_m_domain; spf=pass smtp.mailfrom=$sender_address

        begin routers
        local:
          driver = accept
          domains = +local
          transport = dove

        begin transports
        dove:
          driver = lmtp
          socket = @folder@/run/lmtp
          return_path_add

        begin retry
        * * F,5m,5s

        begin authenticators
        plain:
          driver = plaintext
          public_name = PLAIN
          server_prompts = :
          server_condition = ${if eq{$auth3}{${lookup{$auth2}lsearch{@folder@/creds}{$value}{\n}}}}
          server_set_id = $auth2
        login:
          driver = plaintext
          public_name = LOGIN
          server_prompts = Username:: : Password::
          server_condition = ${if eq{$auth2}{${lookup{$auth1}lsearch{@folder@/creds}{$value}{\n}}}}
          server_set_id = $auth1
        xoauth2:
          driver = plaintext
          public_name = XOAUTH2
          server_prompts = :
          server_condition = ${if match{$auth1}{\N^user=([^\x01]+)\x01auth=Bearer ([^\x01]+)\x01\x01$\N}{${if eq{$1}{${lookup{$2}lsearch{@folder@/tokens}{$value}{\n}}}}}{no}}
          server_set_id = ${if match{$auth1}{\N^user=([^\x01]+)\x01\N}{$1}}
        """.Replace("@folder@", folder, StringComparison.Ordinal).Replace("@smtp@", smtp.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("@smtps@", smtps.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal) + "\n";
}
