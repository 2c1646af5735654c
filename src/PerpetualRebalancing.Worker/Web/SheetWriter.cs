using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using PerpetualRebalancing.Worker.Web.Components;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>Makes HTML of a page. Everything that is not our own mark-up is encoded by the renderer.</summary>
internal sealed class SheetWriter(IServiceProvider services, ILoggerFactory logs)
{
    /// <summary>The whole document.</summary>
    public async Task<string> WriteAsync(Sheet sheet)
    {
        await using var renderer = new HtmlRenderer(services, logs);
        var parameters = ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(SheetView.Sheet)] = sheet });
        return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<SheetView>(parameters)).ToHtmlString());
    }
}
