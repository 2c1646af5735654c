using System.Collections.Immutable;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Adapters.Brokers.Paper;

/// <summary>How the paper broker behaves where a real one is a matter of luck (config/paper/rules.json; read by
/// <see cref="PaperRulesFile"/>).</summary>
/// <param name="Default">For every instrument without a rule of its own.</param>
/// <param name="Instruments">Rules of single instruments; a value it does not give is the default's.</param>
/// <param name="Remittance">For money sent from one account to another.</param>
public sealed record PaperRules(
    PaperRule Default, ImmutableDictionary<InstrumentId, PaperRule> Instruments, RemittanceRule Remittance)
{
    /// <summary>A quiet market: 5 bps of spread, every order filled at once and in whole, money on its way for three days.</summary>
    public static readonly PaperRules Standard = new(
        new PaperRule(5m, 1m, PaperRest.Never, null, PaperFault.None),
        ImmutableDictionary<InstrumentId, PaperRule>.Empty,
        new RemittanceRule(3, 0, 0m, IsLost: false));

    /// <summary>The rule of an instrument.</summary>
    public PaperRule For(InstrumentId instrument) => Instruments.TryGetValue(instrument, out var rule) ? rule : Default;

    /// <summary>These rules with one instrument's own.</summary>
    public PaperRules With(InstrumentId instrument, PaperRule rule) => this with { Instruments = Instruments.SetItem(instrument, rule) };
}

/// <summary>How orders of an instrument fare.</summary>
/// <param name="SpreadBps">Between bid and ask, in hundredths of a percent of the price, 0 to 1,000. Exchange only.</param>
/// <param name="FillFraction">Part of an order that fills at once, 0 to 1, rounded down to tradable units; with 0 and
/// <see cref="PaperRest.Never"/> an order is accepted and nothing happens. Exchange only.</param>
/// <param name="Rest">What becomes of the other part.</param>
/// <param name="Reject">When given, every order is refused with these words.</param>
/// <param name="Fault">How the line to the broker fails.</param>
public sealed record PaperRule(decimal SpreadBps, decimal FillFraction, PaperRest Rest, string? Reject, PaperFault Fault);

/// <summary>What becomes of the part of an order that did not fill at once.</summary>
public enum PaperRest
{
    /// <summary>It expires when the session closes.</summary>
    Never,

    /// <summary>It fills when the next session opens, within its limit, or expires when that one closes.</summary>
    NextSession,
}

/// <summary>How the line to the broker fails while an order is placed: for drills.</summary>
public enum PaperFault
{
    /// <summary>It works.</summary>
    None,

    /// <summary>The order is placed and the answer is lost.</summary>
    LostAnswer,

    /// <summary>The order is lost on its way, and so no answer comes.</summary>
    Timeout,

    /// <summary>As <see cref="Timeout"/>, but the call hangs until its caller gives up.</summary>
    Hang,
}

/// <summary>How money on its way between two accounts fares.</summary>
/// <param name="BusinessDays">Until it arrives, on days when every exchange of both accounts trades.</param>
/// <param name="LateDays">Business days it takes beyond that.</param>
/// <param name="ShortPercent">What is missing of it on arrival, in percent.</param>
/// <param name="IsLost">It never arrives.</param>
public sealed record RemittanceRule(int BusinessDays, int LateDays, decimal ShortPercent, bool IsLost);
