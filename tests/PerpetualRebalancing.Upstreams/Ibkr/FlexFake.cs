using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace PerpetualRebalancing.Upstreams.Ibkr;

/// <summary>The Flex Web Service as its contract has it (ibkrcampus.com, Client Portal Web API and Flex Web Service): a statement is asked for, made, and fetched.</summary>
public sealed class FlexFake(TimeProvider time) : FakeUpstream(time)
{
    public const string Token = "123456789012345678901234";
    public const string Query = "777";

    public static readonly string Statement =
        """<FlexQueryResponse queryName="Lots" type="AF"><FlexStatements count="1"><FlexStatement accountId="U1234567" fromDate="20251101" toDate="20261105" /></FlexStatements></FlexQueryResponse>""";

    private int _reference = 41;

    /// <summary>Error codes that the next answers have.</summary>
    public ConcurrentQueue<int> Errors { get; } = new();

    /// <summary>How often a statement is not ready yet.</summary>
    public int Unready { get; set; } = 1;

    /// <summary>Where the statement is said to be; null for nowhere in particular.</summary>
    public string? Address { get; set; }

    public string Body { get; set; } = Statement;

    protected override string OperationOf(HttpRequest request) => request.Path.Value?.EndsWith("SendRequest", StringComparison.Ordinal) == true ? "login" : "list";

    protected override void Map(WebApplication app)
    {
        app.MapGet("/AccountManagement/FlexWebService/SendRequest", (HttpContext context, string t, string q, string v) =>
            Refused(context, t, v) ?? (q == Query ? Text($"<FlexStatementResponse timestamp=\"06 November, 2026 10:00 AM EST\"><Status>Success</Status><ReferenceCode>{++_reference}</ReferenceCode>"
                + $"<Url>{Address ?? new Uri(Root, "AccountManagement/FlexWebService/GetStatement").ToString()}</Url></FlexStatementResponse>") : Fail(1014)));
        app.MapGet("/AccountManagement/FlexWebService/GetStatement", (HttpContext context, string t, string q, string v) =>
            Refused(context, t, v) ?? (q != $"{_reference}" ? Fail(1017) : Unready-- > 0 ? Fail(1019) : Text(Body)));
    }

    private IResult? Refused(HttpContext context, string token, string version) =>
        context.Request.Headers.UserAgent.Count == 0 || version != "3" ? Results.StatusCode(403)
        : Errors.TryDequeue(out var error) ? Fail(error)
        : token != Token ? Fail(1015)
        : null;

    private static IResult Fail(int code) =>
        Text($"<FlexStatementResponse timestamp=\"06 November, 2026 10:00 AM EST\"><Status>{(code == 1019 ? "Warn" : "Fail")}</Status><ErrorCode>{code}</ErrorCode><ErrorMessage>As the service says it.</ErrorMessage></FlexStatementResponse>");

    private static IResult Text(string xml) => Results.Text(xml, "text/xml");
}
