namespace PerpetualRebalancing.Adapters.Mail;

/// <summary>What stops a conversation with a mail server.</summary>
internal enum MailFault
{
    /// <summary>The server cannot be reached, cannot prove who it is, does not answer in time, or asks to come again.</summary>
    Unreachable,

    /// <summary>A person must give a password or log in again.</summary>
    LoginNeeded,

    /// <summary>The server refuses this message or its recipient for good.</summary>
    Refused,
}

/// <summary>A conversation with a mail server that ended early.</summary>
/// <param name="fault">What is known.</param>
/// <param name="message">One sentence that names the server; never a secret.</param>
/// <param name="inner">What caused it, if anything was thrown.</param>
internal sealed class MailFaultException(MailFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What is known.</summary>
    public MailFault Fault => fault;
}
