namespace PerpetualRebalancing.Upstreams;

/// <summary>What can go wrong between us and a service, as it looks on the wire.</summary>
public enum WireFault
{
    ConnectRefused,
    ResetBeforeBody,
    ResetAfterRequest,
    Hang,
    Throttled,
    ThrottledWithRetryAfter,
    Error500,
    Error502,
    Error503,
    HtmlBody,
    EmptyBody,
    TruncatedJson,
    WrongTypes,
    Nulls,
    ExtraFields,
    UnknownEnum,
    ErrorInside200,
    ClockSkew,
    TlsFailure,
}
