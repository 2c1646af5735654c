namespace PerpetualRebalancing.Worker.Web;

/// <summary>Everything that the page logs. No address of a request is logged: some hold what lets somebody in.</summary>
internal static partial class PageLog
{
    /// <summary>The page can be opened.</summary>
    [LoggerMessage(20, LogLevel.Information, "The page listens at http://{EndPoint}")]
    public static partial void Listens(ILogger logger, string endPoint);

    /// <summary>A request failed in the program; whoever asked learns only that.</summary>
    [LoggerMessage(21, LogLevel.Error, "A request to the page failed: {Why}")]
    public static partial void Failed(ILogger logger, string why, Exception exception);

    /// <summary>A request was refused before anything was done for it.</summary>
    [LoggerMessage(22, LogLevel.Warning, "A request to the page was refused: {Why}")]
    public static partial void Refused(ILogger logger, string why);

    /// <summary>Somebody got in.</summary>
    [LoggerMessage(23, LogLevel.Information, "{Member} logged in at the page")]
    public static partial void LoggedIn(ILogger logger, string member);
}
