using System.Collections.Immutable;

namespace PerpetualRebalancing.Worker.Doctor;

/// <summary>How something that was looked at is.</summary>
public enum Health
{
    /// <summary>As it should be.</summary>
    Right,

    /// <summary>Worth knowing; nobody has to do anything now.</summary>
    Note,

    /// <summary>It could not be looked at, because of something else that is wrong.</summary>
    Unknown,

    /// <summary>Needs a person.</summary>
    Wrong,
}

/// <summary>What a check found.</summary>
/// <param name="Check">The check's name.</param>
/// <param name="Health">How it is.</param>
/// <param name="Says">One sentence; never a secret.</param>
/// <param name="Do">What a person can do about it, or null.</param>
public sealed record Finding(string Check, Health Health, string Says, string? Do)
{
    internal static Finding Right(string says) => new("", Health.Right, says, null);

    internal static Finding Note(string says, string? whatToDo = null) => new("", Health.Note, says, whatToDo);

    internal static Finding Unknown(string says) => new("", Health.Unknown, says, null);

    internal static Finding Wrong(string says, string? whatToDo) => new("", Health.Wrong, says, whatToDo);
}

/// <summary>What <c>doctor</c> answers.</summary>
/// <param name="At">When it looked.</param>
/// <param name="NeedsPerson">Whether anything is wrong or could not be looked at.</param>
/// <param name="Findings">In the order of the checks.</param>
public sealed record DoctorReport(DateTimeOffset At, bool NeedsPerson, ImmutableArray<Finding> Findings);
