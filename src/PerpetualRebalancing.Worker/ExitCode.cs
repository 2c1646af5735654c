namespace PerpetualRebalancing.Worker;

/// <summary>How a command ended, for scripts. The only place these numbers are written.</summary>
public static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Failed for a reason that is neither the command line nor the configuration.</summary>
    public const int Failed = 1;

    /// <summary>The command line, a file or the environment cannot be used as written; nothing was done.</summary>
    public const int BadUsage = 2;

    /// <summary>A gate stopped it.</summary>
    public const int Blocked = 3;

    /// <summary>Something that was looked at needs a person.</summary>
    public const int NeedsPerson = 3;

    /// <summary>A person must approve first.</summary>
    public const int AwaitingApproval = 4;

    /// <summary>The codes as help shows them.</summary>
    public const string Help = "0 done, 1 failed, 2 bad usage or configuration, 3 blocked by a gate or in need of a person, 4 waiting for approval";
}
