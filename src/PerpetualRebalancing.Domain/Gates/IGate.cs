namespace PerpetualRebalancing.Domain.Gates;

/// <summary>One question that is asked before anything is placed (semantics §6). A gate is pure, keeps nothing between two calls and
/// fails closed: what it does not know, it blocks or throws at, which blocks too.</summary>
public interface IGate
{
    /// <summary>What it is called in messages, in lower case.</summary>
    string Name { get; }

    /// <summary>Answers the question.</summary>
    Verdict Judge(GateInput input);
}
