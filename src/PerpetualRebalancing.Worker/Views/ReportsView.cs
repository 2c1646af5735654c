using System.Collections.Immutable;
using System.Text.Json;
using PerpetualRebalancing.Worker.Commands;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>Mailed reports for a person and for a machine.</summary>
internal static class ReportsView
{
    /// <summary>For a machine.</summary>
    public static byte[] Json(ImmutableArray<MailedReport> reports) => JsonSerializer.SerializeToUtf8Bytes(reports, WorkerJson.Default.ImmutableArrayMailedReport);

    /// <summary>For a person: as it was mailed, line by line.</summary>
    public static Page Render(ImmutableArray<MailedReport> reports)
    {
        var page = new PageWriter(reports[0].Subject);
        foreach (var report in reports)
        {
            page = report == reports[0] ? page : page.Heading(report.Subject);
            page = report.Body.TrimEnd().Split('\n').Aggregate(page, (p, line) => p.Paragraph(line));
        }

        return page.Page();
    }
}
