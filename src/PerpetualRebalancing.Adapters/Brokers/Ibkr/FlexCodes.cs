using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Brokers.Ibkr;

/// <summary>What an error of the Flex Web Service means.</summary>
/// <param name="Code">The service's number of it.</param>
/// <param name="IsPassing">Whether asking again later helps.</param>
/// <param name="Fault">What is known when it does not.</param>
/// <param name="Meaning">What it is, and what to do.</param>
public sealed record FlexCode(int Code, bool IsPassing, UpstreamFault Fault, string Meaning);

/// <summary>The errors of the Flex Web Service (ibkrcampus.com, Client Portal Web API and Flex Web Service). What is not listed does not pass.</summary>
public static class FlexCodes
{
    private const string Settings = "Client Portal, Performance & Reports, Flex Queries";

    /// <summary>One row per code.</summary>
    public static readonly ImmutableArray<FlexCode> All =
    [
        new(1001, true, UpstreamFault.Failing, "the statement could not be made now"),
        new(1003, false, UpstreamFault.Refused, "there is no such statement: widen the query's period"),
        new(1004, true, UpstreamFault.Failing, "the statement is not complete yet"),
        new(1005, true, UpstreamFault.Failing, "settlement data are not ready yet"),
        new(1006, true, UpstreamFault.Failing, "profits and losses by lots are not ready yet"),
        new(1007, true, UpstreamFault.Failing, "profits and losses by market are not ready yet"),
        new(1008, true, UpstreamFault.Failing, "profits and losses are not ready yet"),
        new(1009, true, UpstreamFault.Failing, "the servers are under load"),
        new(1010, false, UpstreamFault.Refused, $"the query is of the old kind: make an Activity Flex Query of it ({Settings})"),
        new(1011, false, UpstreamFault.SignedOut, $"the Flex Web Service is not switched on for this user ({Settings})"),
        new(1012, false, UpstreamFault.SignedOut, $"the token has expired: make a new one ({Settings}) and set it as the account's secret"),
        new(1013, false, UpstreamFault.SignedOut, $"the token is bound to another internet address: make one for this one, or for all ({Settings})"),
        new(1014, false, UpstreamFault.Refused, $"there is no such query: set its number as {Settings} shows it"),
        new(1015, false, UpstreamFault.SignedOut, $"the token is not valid: copy it again from {Settings}"),
        new(1016, false, UpstreamFault.Refused, "the query's account is not valid: look at the query"),
        new(1017, false, UpstreamFault.Refused, "it does not know its own reference any more: ask for the statement anew"),
        new(1018, true, UpstreamFault.Throttled, "it was asked too often with this token"),
        new(1019, true, UpstreamFault.Failing, "the statement is being made"),
        new(1020, false, UpstreamFault.Refused, "it cannot make sense of the request"),
        new(1021, true, UpstreamFault.Failing, "the statement could not be fetched now"),
    ];

    /// <summary>The row of a code.</summary>
    public static FlexCode Of(int code) => All.FirstOrDefault(c => c.Code == code) ?? new FlexCode(code, false, UpstreamFault.Refused, "an error that is not known here");
}
