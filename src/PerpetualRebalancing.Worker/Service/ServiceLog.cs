namespace PerpetualRebalancing.Worker.Service;

/// <summary>Everything the service logs.</summary>
internal static partial class ServiceLog
{
    /// <summary>The service runs.</summary>
    [LoggerMessage(1, LogLevel.Information, "Started for {Household}; data in {Folder}; the next review is due at {Due:yyyy-MM-dd HH:mm zzz}")]
    public static partial void Started(ILogger logger, string household, string folder, DateTimeOffset due);

    /// <summary>Due slots were checked.</summary>
    [LoggerMessage(2, LogLevel.Information, "Checked for due reviews; the next one is due at {Due:yyyy-MM-dd HH:mm zzz}")]
    public static partial void Checked(ILogger logger, DateTimeOffset due);

    /// <summary>Something failed; a person is told.</summary>
    [LoggerMessage(3, LogLevel.Error, "{What} failed: {Why}")]
    public static partial void Failed(ILogger logger, string what, string why, Exception exception);

    /// <summary>Answers by mail are seen as they come.</summary>
    [LoggerMessage(5, LogLevel.Information, "The mailbox is open")]
    public static partial void MailboxOpen(ILogger logger);

    /// <summary>Answers by mail are not seen for now.</summary>
    [LoggerMessage(6, LogLevel.Warning, "The mailbox cannot be read: {Why}")]
    public static partial void MailboxClosed(ILogger logger, string why);

    /// <summary>The supervisor cannot be told; the service goes on.</summary>
    [LoggerMessage(4, LogLevel.Warning, "Nobody listens at NOTIFY_SOCKET: {Why}")]
    public static partial void NobodyListens(ILogger logger, string why);

    /// <summary>A step of a review ended.</summary>
    [LoggerMessage(5, LogLevel.Information, "Step {Step} took {Milliseconds} ms")]
    public static partial void StepEnded(ILogger logger, string step, long milliseconds);

    /// <summary>A review ended.</summary>
    [LoggerMessage(6, LogLevel.Information, "The review of {Slot} ended as {Outcome} after {Milliseconds} ms")]
    public static partial void ReviewEnded(ILogger logger, string slot, string outcome, long milliseconds);

    /// <summary>The sign of life was not heard; it is given again at the next look.</summary>
    [LoggerMessage(7, LogLevel.Warning, "The sign of life was not heard: {Why}")]
    public static partial void NotHeard(ILogger logger, string why);
}
