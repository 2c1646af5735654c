using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Statements;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Statements;

/// <summary>A file that a person wants to import.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Account">Whose statement it is said to be.</param>
/// <param name="Kind">What wrote it; null looks at the file.</param>
/// <param name="Actions">The corporate actions beside it, or null.</param>
internal sealed record ImportRequest(string Path, Account Account, StatementKind? Kind, string? Actions);

/// <summary>Imports statements, takes them back, and works out what that does to an account's lots. Everything is recorded at once
/// or not at all.</summary>
internal sealed class StatementBook(Desk desk)
{
    /// <summary>Imports a file; with <paramref name="isDryRun"/> only says what it would do.</summary>
    /// <exception cref="ConfigurationException">The file cannot be used, or contradicts what is known: nothing was imported.</exception>
    public ImportReport Import(ImportRequest request, bool isDryRun, string by)
    {
        var account = request.Account;
        var source = Source(request.Path, StatementSource.ReadBytes(request.Path), account);
        var actions = request.Actions is { } path ? Source(path, StatementSource.ReadBytes(path), account) : null;
        var (hash, actionsHash) = (DomainJson.Hash(source.Bytes.Span), actions is null ? null : DomainJson.Hash(actions.Bytes.Span));
        if (Known() is { } known)
        {
            return known;
        }

        var kind = request.Kind ?? StatementFile.KindOf(source);
        var statement = StatementFile.Read(kind, source, actions);
        if (isDryRun)
        {
            return Report(null, statement, source.File, Effect(account, statement, source.File, desk.Store.State));
        }

        return desk.Store.Transact(by, t =>
        {
            // Another command may have imported the same file while this one read it.
            if (Known() is { } meanwhile)
            {
                return meanwhile;
            }

            var effect = Effect(account, statement, source.File, t.State);
            var id = t.SaveImport(new NewImport(
                account.Id, kind.ToString(), source.File, t.SaveDocument(source.Bytes.Span), actions?.File,
                actions is null ? null : t.SaveDocument(actions.Bytes.Span), statement.From, statement.To,
                statement.Owner.Name, statement.Owner.TaxNumber, statement.Owner.Account));
            Record(t, id, effect);
            MatchLosses(t);
            return Report(id, statement, source.File, effect);
        });

        ImportReport? Known() => Live(account.Id).FirstOrDefault(i => i.Document == hash && i.Actions == actionsHash) is { } same
            ? ImportReport.Repeated(same.Id, account.Id, source.File, same.From, same.To) : null;
    }

    /// <summary>What a file lists, of whose account it is; nothing is made of it.</summary>
    /// <exception cref="ConfigurationException">The file cannot be used, or is somebody else's.</exception>
    public Statement Read(ImportRequest request)
    {
        var source = Source(request.Path, StatementSource.ReadBytes(request.Path), request.Account);
        var actions = request.Actions is { } path ? Source(path, StatementSource.ReadBytes(path), request.Account) : null;
        var statement = StatementFile.Read(request.Kind ?? StatementFile.KindOf(source), source, actions);
        StatementOwners.Check(desk, request.Account, statement.Owner, source.File);
        return statement;
    }

    /// <summary>Takes an import back: its account's lots are what they would be without it.</summary>
    /// <exception cref="ConfigurationException">There is no such import, or something stands on it.</exception>
    public ImportReport Undo(long id, string by) => desk.Store.Transact(by, t =>
    {
        var all = desk.Store.Imports();
        var import = all.FirstOrDefault(i => i.Id == id) ?? throw new ConfigurationException(
            $"lots undo: there is no import {id}; allowed: {(all.Any(i => i.IsLive) ? string.Join(", ", all.Where(i => i.IsLive).Select(i => i.Id)) : "none was made yet")}");
        if (!import.IsLive)
        {
            throw new ConfigurationException($"lots undo: import {id} was undone before; allowed: one that still counts");
        }

        var account = desk.Policy.Accounts.FirstOrDefault(a => a.Id.Value == import.Account) ?? throw new ConfigurationException(
            $"lots undo: import {id} is of the account '{import.Account}', which the household no longer has; allowed: one of its accounts");
        RefuseWhileOpen(account, t.State);
        var undone = Read(import, account);
        var rest = Live(account.Id).Where(i => i.Id != id).Select(i => Read(i, account)).ToImmutableArray();
        var effect = Effect(account, rest, [.. rest.Append(undone).SelectMany(s => s.Touched)], t.State, $"{import.Name} was undone");
        t.UndoImport(id);
        Record(t, id, effect);
        return Report(id, undone, import.File, effect);
    });

    private static void Record(StoreTransaction transaction, long import, StatementEffect effect)
    {
        foreach (var fact in effect.Lots.AsEnumerable<Fact>().Concat(effect.Gains))
        {
            transaction.AppendOf(import, fact);
        }
    }

    /// <summary>What a statement bought may replace a loss that was booked: at once, not with the next purchase.</summary>
    private void MatchLosses(StoreTransaction transaction)
    {
        var fx = desk.Policy.Accounts.All(a => a.Currency == desk.Policy.Base) ? FxTable.None : desk.Outside.KnownFxOn(Today);
        if (transaction.State.OpenLosses.IsEmpty || fx is null)
        {
            // Without today's rates it is matched with the next purchase that is booked, which has them.
            return;
        }

        foreach (var fact in TaxBooking.Purchase(desk.Policy, transaction.State, desk.ReadRules().Laws, fx, Today))
        {
            transaction.Append(fact);
        }
    }

    private StatementEffect Effect(Account account, Statement statement, string file, HouseholdState state)
    {
        RefuseWhileOpen(account, state);
        StatementOwners.Check(desk, account, statement.Owner, file);
        var all = Live(account.Id).Select(i => Read(i, account)).Append(statement).ToImmutableArray();
        return Effect(account, all, [.. all.SelectMany(s => s.Touched)], state, $"{file} was imported");
    }

    private StatementEffect Effect(
        Account account, ImmutableArray<Statement> statements, ImmutableHashSet<InstrumentId> touched, HouseholdState state, string why)
    {
        var facts = desk.Store.Facts();
        var history = new AccountHistory(
            account.Id, account.Currency, desk.Opening.AsOf, AccountHistory.OwnOf(account.Id, facts, desk.LocalDate), statements);
        var effect = StatementEffect.Of(
            history, touched, new RecordedLots(state, facts, desk.Store.ImportedFacts(account.Id)), Terms(account, facts, state), why);
        return effect.Faults.IsEmpty ? effect : throw new ConfigurationException([.. effect.Faults.Select(f => f.Line)]);
    }

    private GainTerms Terms(Account account, ImmutableArray<RecordedFact> facts, HouseholdState state)
    {
        var (today, laws) = (Today, desk.ReadRules().Laws);
        var year = laws.For(desk.Policy.Member(account.Member).Tax).YearOf(today);

        // Gains that a person typed into the opening book are those of all sales up to its day.
        var isTyped = facts.Select(f => f.Fact).OfType<Fact.Opened>().Any(o => o.Gains.Any(g => g.Member == account.Member && year.Contains(g.On)));
        return new GainTerms(
            desk.Policy, account, laws.Open(desk.Policy, state, today), day => year.Contains(day) && !(isTyped && day <= desk.Opening.AsOf), Rate);

        decimal? Rate(DateOnly day)
        {
            if (account.Currency == desk.Policy.Base)
            {
                return 1m;
            }

            try
            {
                return desk.Outside.KnownFxOn(day)?.Rate(account.Currency, desk.Policy.Base);
            }
            catch (KeyNotFoundException)
            {
                return null;
            }
        }
    }

    private static void RefuseWhileOpen(Account account, HouseholdState state)
    {
        if (state.Batches.FirstOrDefault(b => b.Legs.Any(l => l.Plan.Account == account.Id || l.Plan.To == account.Id)) is { } open)
        {
            throw new ConfigurationException(
                $"--account: {account.Id} has the open batch {open.Id}, whose sales name its lots; allowed: once it is closed, or after 'reject {open.Id}'");
        }
    }

    private ImmutableArray<StoredImport> Live(AccountId account) => [.. desk.Store.Imports().Where(i => i.IsLive && i.Account == account.Value)];

    private Statement Read(StoredImport import, Account account)
    {
        StatementSource Stored(string hash) => new(import.Name, Bytes(hash), desk.Policy, account, Today);
        return StatementFile.Read(Enum.Parse<StatementKind>(import.Kind), Stored(import.Document), import.Actions is { } actions ? Stored(actions) : null);
    }

    private byte[] Bytes(string hash) => desk.Store.Document(hash) ?? throw new StoreException($"{desk.Store.File}: the document {hash} of an import is missing.");

    private StatementSource Source(string path, byte[] bytes, Account account) => new(Path.GetFileName(path), bytes, desk.Policy, account, Today);

    private DateOnly Today => desk.LocalDate(desk.Time.GetUtcNow());

    private static ImportReport Report(long? id, Statement statement, string file, StatementEffect effect) => new(
        id, statement.Account, file, statement.From, statement.To, IsRepeat: false,
        [.. effect.Lots.Select(l => new ImportedPosition(l.Position.Instrument, l.Lots.Length, new Quantity(l.Lots.Sum(x => x.Remaining.Units))))],
        [.. effect.Gains.Select(g => g.Entry)], effect.Notes);
}
