using System.Text;
using Microsoft.Data.Sqlite;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Adapters.Tests.Store;

public sealed class RecordsTests : IDisposable
{
    private readonly StoreFile _file = new();
    private readonly HouseholdStore _store;

    public RecordsTests() => _store = _file.Open();

    public void Dispose()
    {
        _store.Dispose();
        _file.Dispose();
    }

    [Fact]
    public void A_document_is_kept_once_under_its_content()
    {
        var bytes = Encoding.UTF8.GetBytes("{\"id\": \"sharma\"}");
        var hash = _store.Transact("asha", t => t.SaveDocument(bytes));
        Assert.Equal(hash, _store.Transact("asha", t => t.SaveDocument(bytes)));
        Assert.Equal(bytes, _store.Document(hash));
        Assert.Null(_store.Document(new string('0', 64)));
        Assert.Single(_file.Query("select sha256 from documents"));
        Assert.Throws<SqliteException>(() => _file.Tamper("update documents set bytes = x'00'"));
        _file.Tamper("drop trigger documents_are_never_changed; update documents set bytes = x'00'");
        Assert.Throws<StoreException>(() => _store.Document(hash));
    }

    [Fact]
    public void An_empty_document_is_a_document()
    {
        var hash = _store.Transact("asha", t => t.SaveDocument([]));
        Assert.Empty(_store.Document(hash)!);
    }

    [Fact]
    public void A_snapshot_goes_from_raw_to_validated_once()
    {
        var (id, raw) = _store.Transact("service", t =>
        {
            var saved = t.SaveDocument("raw"u8);
            return (t.SaveSnapshot(Story.Slot, [new SnapshotInput("household", saved), new SnapshotInput("charges", saved)]), saved);
        });
        var before = _store.Snapshot(id)!;
        Assert.Equal((Story.Slot, Story.Start, null), (before.Slot, before.At, before.Validated));
        Assert.Equal([new SnapshotInput("charges", raw), new SnapshotInput("household", raw)], before.Inputs);
        var good = _store.Transact("service", t =>
        {
            var saved = t.SaveDocument("good"u8);
            t.ValidateSnapshot(id, saved);
            return saved;
        });
        Assert.Equal(good, _store.Snapshot(id)!.Validated);
        Assert.Throws<InvalidOperationException>(() => _store.Transact("service", t => t.ValidateSnapshot(id, raw)));
        Assert.Throws<StoreException>(() => _store.Transact("service", t => t.SaveSnapshot(Story.Slot, [new SnapshotInput("x", "not a document")])));
        Assert.Null(_store.Snapshot(id + 1));
    }

    [Fact]
    public void A_plan_is_kept_byte_by_byte_under_its_hash_and_found_by_its_short_code()
    {
        var (first, second) = _store.Transact("service", t =>
        {
            var policy = t.SaveDocument("policy"u8);
            var snapshot = t.SaveSnapshot(Story.Slot, []);
            var plan = t.SavePlan(Story.Plan(), policy, decidedOn: 7, snapshot, "{\"verdict\":\"cleared\"}");
            Assert.Equal(plan, t.SavePlan(Story.Plan(), policy, decidedOn: 8, null, "{}"));
            return (plan, t.SavePlan(Story.Plan("दूसरा"), policy, decidedOn: 9, null, "{}"));
        });
        var stored = _store.Plan(first)!;
        Assert.Equal(stored, _store.Plan(first[..10].ToUpperInvariant()));
        Assert.Equal(first, DomainJson.Hash(Encoding.UTF8.GetBytes(stored.Json)));
        Assert.Equal(DomainJson.Bytes(Story.Plan()), DomainJson.Bytes(stored.Read()));
        Assert.Equal((7, 1, ReviewKind.Scheduled, Story.Slot), (stored.DecidedOn, stored.Snapshot, stored.Kind, stored.Slot));
        Assert.Equal("{\"verdict\":\"cleared\"}", stored.Verdict);
        Assert.Null(_store.Plan(second)!.Snapshot);
        Assert.Equal(new[] { first, second }.Order(), _store.Plans().Select(p => p.Hash).Order());
        Assert.Null(_store.Plan("%"));
        Assert.Null(_store.Plan("zzzzzz"));
        Assert.Null(_store.Plan(new string('f', 64)));
        Assert.Throws<SqliteException>(() => _file.Tamper("update plans set verdict = '{}'"));
        Assert.Throws<SqliteException>(() => _file.Tamper("delete from plans"));
    }

    [Fact]
    public void A_short_code_of_two_plans_is_refused()
    {
        _store.Transact("service", t => t.SaveDocument("policy"u8));
        _file.Tamper(
            """
            with twins (hash) as (values (printf('%064d', 1)), (printf('%064d', 2)))
            insert into plans (hash, household, slot, kind, at, json, policy, decided_on, verdict)
            select hash, 'sharma', '2026-08', 'AdHoc', '2026-08-31T04:30:00.0000000Z', '{}', (select sha256 from documents), 1, '{}' from twins
            """);
        Assert.Throws<StoreException>(() => _store.Plan("0000000000"));
        Assert.Equal(ReviewKind.AdHoc, _store.Plan("1".PadLeft(64, '0'))!.Kind);
    }

    [Fact]
    public void A_claimed_slot_stays_claimed_and_says_how_it_ended()
    {
        Assert.True(_store.Transact("service", t => t.ClaimSlot(Story.Slot)));
        Assert.False(_store.Transact("asha", t => t.ClaimSlot(Story.Slot)));
        Assert.Equal(new SlotClaim(Story.Slot, Story.Start, "service", null, null), Assert.Single(_store.SlotClaims()));
        _file.Time.Pass(TimeSpan.FromHours(1));
        _store.Transact("service", t => t.FinishSlot(Story.Slot, "waiting"));
        _store.Transact("service", t => t.FinishSlot(Story.Slot, "executed"));
        Assert.Equal(new SlotClaim(Story.Slot, Story.Start, "service", Story.Start.AddHours(1), "executed"), Assert.Single(_store.SlotClaims()));
        Assert.Throws<InvalidOperationException>(() => _store.Transact("service", t => t.FinishSlot(Story.Slot.Next, "never claimed")));
    }

    [Fact]
    public void A_message_waits_until_it_is_sent_and_its_occasion_never_has_another()
    {
        var message = new OutboxMessage("approval-request", Story.Batch, "Approve?", "Dear Asha,\n…", "approval 4f1c09aa21");
        Assert.True(_store.Transact("service", t => t.Enqueue(message)));
        Assert.True(_store.Transact("service", t => t.Enqueue(new OutboxMessage("report", null, "Done", "All done", "report 2026-08"))));
        Assert.False(_store.Transact("service", t => t.Enqueue(message)));
        var id = _store.PendingOutbox()[0].Id;
        _store.Transact("service", t => t.MarkFailed(id, "no space", Story.Start.AddMinutes(1)));
        var waiting = _store.PendingOutbox()[0];
        Assert.Equal(
            new OutboxEntry(
                id, Story.Start, message.Kind, message.Batch, message.Subject, message.Body, message.DedupeKey, null, 1, "no space", null, null,
                waiting.MessageId, Story.Start.AddMinutes(1), null),
            waiting);
        _store.MarkSent(id);
        Assert.Equal((null, "report"), (Assert.Single(_store.PendingOutbox()).Batch, _store.PendingOutbox()[0].Kind));
        Assert.False(_store.Transact("service", t => t.Enqueue(message)));
        Assert.Throws<InvalidOperationException>(() => _store.MarkSent(99));
    }

    [Fact]
    public void A_message_to_a_member_has_an_identity_nobody_can_guess_its_files_and_its_thread()
    {
        OutboxMessage To(string who, string occasion, params byte[][] files) => new("report", Story.Batch, "Done", "All done", occasion)
        {
            Recipient = who,
            Html = "<p>All done</p>",
            Attachments = [.. files.Select((f, i) => new OutboxAttachment($"{i}.csv", "text/csv", f))],
        };
        _store.Transact("service", t => t.EnqueueAll([To("asha@example.org", "1", [1, 2], [3]), To("ravi@example.org", "2"), To("asha@example.org", "3")]));
        var sent = _store.PendingOutbox();
        Assert.Equal(3, sent.Select(e => e.MessageId).Distinct().Count());
        Assert.All(sent, e => Assert.Matches("^[0-9a-f]{32}@perpetual-rebalancing$", e.MessageId));
        Assert.Equal(sent[0], _store.MessageOf(sent[0].MessageId!));
        Assert.Null(_store.MessageOf("somebody@else"));
        Assert.Equal(sent[0].MessageId, _store.ThreadOf(Story.Batch, "asha@example.org"));
        Assert.Equal(sent[1].MessageId, _store.ThreadOf(Story.Batch, "ravi@example.org"));
        Assert.Null(_store.ThreadOf(Story.Batch, null));
        Assert.Equal([("0.csv", 2), ("1.csv", 1)], _store.AttachmentsOf(sent[0].Id).Select(a => (a.Name, a.Bytes.Length)));
        Assert.Empty(_store.AttachmentsOf(sent[1].Id));
        _store.Transact("service", t => t.GiveUp(sent[0].Id, "550 no such mailbox"));
        Assert.Equal(2, _store.PendingOutbox().Length);
        Assert.Equal("550 no such mailbox", _store.MessageOf(sent[0].MessageId!)!.LastError);
    }

    [Fact]
    public void A_mail_is_kept_once_dealt_with_once_and_forgotten_afterwards()
    {
        byte[] raw = [.. "From: asha@example.org\r\n\r\nAPPROVE"u8];
        Assert.True(_store.Transact("mail", t => t.KeepMail(Story.Start.AddHours(-1), raw)));
        Assert.False(_store.Transact("mail", t => t.KeepMail(Story.Start, raw)));
        var mail = Assert.Single(_store.PendingInbox());
        Assert.Equal(raw, mail.Raw);
        Assert.Equal(Story.Start.AddHours(-1), mail.Received);
        _store.Transact("service", t => t.FinishMail(mail.Id, "approved"));
        Assert.Empty(_store.PendingInbox());
        Assert.Throws<InvalidOperationException>(() => _store.Transact("service", t => t.FinishMail(mail.Id, "again")));

        // Seen again under another number, it is still the one that was dealt with.
        Assert.False(_store.Transact("mail", t => t.KeepMail(Story.Start, raw)));
        Assert.Null(_store.InboxCursor());
        _store.Transact("mail", t => t.MoveInboxCursor(uint.MaxValue, 7));
        _store.Transact("mail", t => t.MoveInboxCursor(uint.MaxValue, 9));
        Assert.Equal((uint.MaxValue, 9u), _store.InboxCursor());
    }

    [Fact]
    public void An_occasion_alerts_once_even_after_somebody_saw_it()
    {
        var alert = new Alert(Severity.Critical, "slot", "missed 2026-08", "The review of 2026-08 was missed. Run 'review'.");
        Assert.True(_store.Transact("service", t => t.Raise(alert)));
        Assert.False(_store.Transact("service", t => t.Raise(alert)));
        var raised = Assert.Single(_store.Alerts());
        Assert.Equal(new RaisedAlert(raised.Id, Story.Start, alert.Severity, alert.Kind, alert.DedupeKey, alert.Text, null, null, null), raised);
        _store.Transact("service", t => t.MarkTold(raised.Id));
        _store.Transact("asha", t => t.Acknowledge(raised.Id));
        _store.Transact("ravi", t => t.Acknowledge(raised.Id));
        Assert.Equal(("asha", Story.Start), (_store.Alerts()[0].AcknowledgedBy, _store.Alerts()[0].ToldAt));
        Assert.False(_store.Transact("service", t => t.Raise(alert)));
        Assert.Equal(Story.Start, Assert.Single(_store.Alerts()).AcknowledgedAt);
    }

    [Fact]
    public void An_intent_is_answered_once()
    {
        var id = _store.Transact("asha", t => t.AddIntent("approve", "{\"batch\":\"4f1c09aa21\"}"));
        Assert.Equal(new Intent(id, Story.Start, "asha", "approve", "{\"batch\":\"4f1c09aa21\"}", null, null), Assert.Single(_store.PendingIntents()));
        _store.Transact("service", t => t.CompleteIntent(id, "approved"));
        Assert.Empty(_store.PendingIntents());
        Assert.Equal((Story.Start, "approved"), (Assert.Single(_store.Intents()).DoneAt, _store.Intents()[0].Answer));
        Assert.Throws<InvalidOperationException>(() => _store.Transact("service", t => t.CompleteIntent(id, "again")));
        Assert.Throws<StoreException>(() => _store.Transact("asha", t => t.AddIntent("approve", "no json")));
    }

    [Fact]
    public void The_last_runs_come_first()
    {
        _file.Time.Pass(TimeSpan.FromSeconds(2));
        _store.Transact("service", t => t.RecordRun("review", Story.Start, "planned", "Planned batch 4f1c09aa21."));
        _store.Transact("asha", t => t.RecordRun("daily check", Story.Start.AddSeconds(1), "nothing", "No open batch."));
        Assert.Equal(
            [
                new Run(2, "daily check", "asha", Story.Start.AddSeconds(1), Story.Start.AddSeconds(2), "nothing", "No open batch."),
                new Run(1, "review", "service", Story.Start, Story.Start.AddSeconds(2), "planned", "Planned batch 4f1c09aa21."),
            ],
            _store.Runs());
        Assert.Equal("daily check", Assert.Single(_store.Runs(1)).Kind);
    }
}
