using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Worker.Tests.Cli;

namespace PerpetualRebalancing.Worker.Tests.Live;

/// <summary>The world outside as a process of its own meets it when the network is ill: one line that names the service, nothing placed, and
/// nothing recorded that would keep the review from being made later.</summary>
public class OutageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_that_nobody_resolves_is_told_and_the_review_stays_due()
    {
        await using var home = new AmericanHome();
        await home.OpenAsync();
        await AssertToldAsync(home, "https://broker.invalid/", [], "broker.invalid:443 takes no connection");
    }

    [Fact]
    public async Task A_certificate_that_has_expired_is_told_and_no_key_is_sent()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere a certificate cannot be trusted for one process alone.");
        await using var home = new AmericanHome();
        await home.OpenAsync();
        var (asked, file) = (0, Path.Combine(home.Folder, "trusted.pem"));
        using var certificate = Expired();
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), Stop);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.UseHttps(certificate)));
        await using var service = builder.Build();
        service.Run(_ =>
        {
            asked++;
            return Task.CompletedTask;
        });
        await service.StartAsync(Stop);
        var address = service.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        await AssertToldAsync(home, $"{address}/", [("SSL_CERT_FILE", file)], $"{new Uri(address).Authority} cannot prove who it is");
        Assert.Equal(0, asked);
    }

    private static async Task AssertToldAsync(AmericanHome home, string broker, (string Name, string Value)[] environment, string told)
    {
        var services = Path.Combine(home.Settings.ConfigFolder, "services.json");
        await File.WriteAllTextAsync(services, (await File.ReadAllTextAsync(services, Stop)).Replace($"\"{home.Alpaca.Root}\"", $"\"{broker}\"", StringComparison.Ordinal), Stop);
        var review = await Executable.StartWith(home.Folder, [.. home.Variables.Select(v => (v.Key, v.Value)), .. environment], "review");
        Assert.Equal(ExitCode.Blocked, review.Code);
        Assert.Contains(told, review.Output + review.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("defect", review.Error, StringComparison.Ordinal);
        using var store = HouseholdStore.OpenReadOnly(home.Settings.Database, new HouseholdId("smith"), TimeProvider.System);
        Assert.Empty(store.Plans());
        Assert.DoesNotContain(store.SlotClaims(), c => c.FinishedAt is not null);
        Assert.IsType<AuditVerification.Intact>(store.VerifyChain());
    }

    private static X509Certificate2 Expired()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-30), now.AddDays(-1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
