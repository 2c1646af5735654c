using PerpetualRebalancing.Adapters.Mail;

namespace PerpetualRebalancing.Adapters.Tests.Mail;

public class AuthenticationResultsTests
{
    [Theory]
    [InlineData("mx.test; dmarc=pass header.from=b.test", "mx.test: dmarc=pass header.from=b.test")]
    [InlineData("MX.Test 1; DMARC = Pass (p=REJECT; dis=NONE) Header.From=B.test", "mx.test: dmarc=pass header.from=B.test")]
    [InlineData("mx.test; none", "mx.test:")]
    [InlineData(
        "mx.example.org;       dkim=pass header.i=@b.test header.s=k1 header.b=\"ab/c+d=\";       dkim=fail header.d=c.test; spf=pass (example.org: domain of a@b.test designates 192.0.2.1) smtp.mailfrom=a@b.test;",
        "mx.example.org: dkim=pass header.i=@b.test header.s=k1 header.b=ab/c+d= | dkim=fail header.d=c.test | spf=pass smtp.mailfrom=a@b.test")]
    [InlineData("mx; dkim/1=pass reason=\"good (very; good)\" header.b=ab/cd+==", "mx: dkim=pass reason=good (very; good) header.b=ab/cd+==")]
    [InlineData("mx;dmarc=pass action=none header.from=b.test;compauth=pass reason=100", "mx: dmarc=pass action=none header.from=b.test | compauth=pass reason=100")]
    public void A_field_of_the_standard_is_read(string field, string read)
    {
        var results = AuthenticationResults.Parse(field);
        Assert.NotNull(results);
        Assert.Equal(read, $"{results.AuthServId}: {string.Join(" | ", results.Results.Select(r => string.Join(' ', [$"{r.Method}={r.Result}", .. r.Properties.Select(p => $"{p.Name}={p.Value}")])))}".TrimEnd());
    }

    [Theory]
    [InlineData("")]
    [InlineData("mx.test")]
    [InlineData("mx.test;")]
    [InlineData("; dmarc=pass")]
    [InlineData("dmarc=pass")]
    [InlineData("spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=b.test; dmarc=pass")]
    [InlineData("\"mx.test\"; dmarc=pass")]
    [InlineData("mx.test 2; dmarc=pass")]
    [InlineData("mx.test extra; dmarc=pass")]
    [InlineData("mx.test; dmarc")]
    [InlineData("mx.test; dmarc=")]
    [InlineData("mx.test; =pass")]
    [InlineData("mx.test; dmarc==pass")]
    [InlineData("mx.test; dmarc=pass; none")]
    [InlineData("mx.test; none; dmarc=pass")]
    [InlineData("mx.test; ; dmarc=pass")]
    [InlineData("mx.test; dmarc=fail (dmarc=pass")]
    [InlineData("mx.test; dmarc=fail reason=\"x; dmarc=pass")]
    [InlineData("mx.test; dmarc=fail) ; dmarc=pass")]
    [InlineData("mx.test; spf=pass smtp.mailfrom=\"a; dmarc=pass header.from=b.test\"@c.test")]
    [InlineData("mx.test; dmarc=pa\u0000ss")]
    public void What_is_not_of_the_standard_proves_nothing(string field) => Assert.Null(AuthenticationResults.Parse(field));

    [Fact]
    public void What_stands_in_a_comment_or_a_quote_is_no_result()
    {
        var results = AuthenticationResults.Parse("mx.test (mx.other; dmarc=pass); dmarc=fail (; dmarc=pass) reason=\"; dmarc=pass\" header.from=b.test");
        var only = Assert.Single(results!.Results);
        Assert.Equal(("dmarc", "fail", "b.test"), (only.Method, only.Result, only["header.from"]));
    }

    [Fact]
    public void A_property_that_is_said_twice_is_not_believed() =>
        Assert.Null(Assert.Single(AuthenticationResults.Parse("mx; dkim=pass header.d=a.test header.d=b.test")!.Results)["header.d"]);
}
