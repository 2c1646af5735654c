using System.Collections.Immutable;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>Who may ask for something.</summary>
internal enum Entry
{
    /// <summary>A machine that watches: it has no cookies, and is told no more than whether all is well.</summary>
    Machine,

    /// <summary>Anybody who reaches the page.</summary>
    Open,

    /// <summary>Anybody, seldom: what is asked for proves by itself that it may be answered, and must not be guessed.</summary>
    Guarded,

    /// <summary>A member who is logged in.</summary>
    Member,
}

/// <summary>One thing that the page answers.</summary>
/// <param name="Method">GET, which changes nothing, or POST.</param>
/// <param name="Pattern">The path.</param>
/// <param name="Entry">Who may ask.</param>
/// <param name="Answer">Answers.</param>
internal sealed record Route(string Method, string Pattern, Entry Entry, Func<Visit, Task<Reply>> Answer)
{
    /// <summary>Everything that the page answers.</summary>
    public static ImmutableArray<Route> All { get; } =
    [
        Get("/", Entry.Member, Looking.HomeAsync),
        Get("/reviews", Entry.Member, Looking.Reviews),
        Get("/reviews/{code}", Entry.Member, ReviewPages.Review),
        Get("/reviews/{code}/history", Entry.Member, ReviewPages.History),
        Post("/reviews/{code}/approve", Entry.Member, ReviewPages.ApproveAsync),
        Post("/reviews/{code}/reject", Entry.Member, ReviewPages.RejectAsync),
        Get("/batches", Entry.Member, Looking.Batches),
        Get("/ledger", Entry.Member, Looking.Ledger),
        Get("/tax", Entry.Member, Looking.TaxAsync),
        Get("/alerts", Entry.Member, AlertPages.Alerts),
        Post("/alerts/{id}/acknowledge", Entry.Member, AlertPages.Acknowledge),
        Get("/audit", Entry.Member, AuditPages.Audit),
        Post("/audit", Entry.Member, AuditPages.Anchor),
        Post("/halt", Entry.Member, SwitchPages.HaltAsync),
        Post("/resume", Entry.Member, SwitchPages.ResumeAsync),
        Get("/accounts", Entry.Member, AccountPages.Accounts),
        Post("/accounts/{account}/login", Entry.Member, AccountPages.BeginLogin),
        Get("/kite/{account}", Entry.Guarded, AccountPages.Returned),
        Post("/kite/{account}", Entry.Guarded, AccountPages.CompleteLoginAsync),
        Get("/answer", Entry.Guarded, AnswerPages.Show),
        Post("/answer", Entry.Guarded, AnswerPages.AnswerAsync),
        Get("/login", Entry.Open, LoginPages.Ask),
        Post("/login", Entry.Guarded, LoginPages.Send),
        Get("/enter", Entry.Guarded, LoginPages.Arrive),
        Post("/enter", Entry.Guarded, LoginPages.Enter),
        Post("/logout", Entry.Open, LoginPages.Leave),
        Get("/healthz", Entry.Machine, HealthPages.Live),
        Get("/readyz", Entry.Machine, HealthPages.Ready),
        Get("/metrics", Entry.Machine, HealthPages.Metrics),
    ];

    private static Route Get(string pattern, Entry entry, Func<Visit, Task<Reply>> answer) => new(HttpMethods.Get, pattern, entry, answer);

    private static Route Get(string pattern, Entry entry, Func<Visit, Reply> answer) => Get(pattern, entry, visit => Task.FromResult(answer(visit)));

    private static Route Post(string pattern, Entry entry, Func<Visit, Task<Reply>> answer) => new(HttpMethods.Post, pattern, entry, answer);

    private static Route Post(string pattern, Entry entry, Func<Visit, Reply> answer) => Post(pattern, entry, visit => Task.FromResult(answer(visit)));
}
