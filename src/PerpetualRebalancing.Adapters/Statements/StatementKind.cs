namespace PerpetualRebalancing.Adapters.Statements;

/// <summary>What wrote a statement.</summary>
public enum StatementKind
{
    /// <summary>The plain CSV that this program documents and writes itself.</summary>
    Plain,

    /// <summary>Zerodha Console's tradebook, CSV.</summary>
    Zerodha,

    /// <summary>A consolidated statement of CAMS or KFintech, as JSON of casparser.</summary>
    Casparser,

    /// <summary>An Interactive Brokers Flex query, XML.</summary>
    Flex,

    /// <summary>Corporate actions only, the CSV that this program documents.</summary>
    Actions,
}
