using System.Collections.Immutable;
using FsCheck.Fluent;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Tests.Ledger;

/// <summary>State is a fold over what happened (semantics §1): it adds up, and it refuses a log that contradicts itself.</summary>
public sealed class FoldTests
{
    private static readonly AccountId A = new("a");
    private static readonly AccountId B = new("b");
    private static readonly MemberId M = new("m");
    private static readonly InstrumentId X = new("x");
    private static readonly BatchId Batch = new("abcdefghij");
    private static readonly DateOnly Day = new(2026, 6, 30);

    public static TheoryData<string, Fact[]> Contradictions => new()
    {
        { "recorded twice", [Opened()] },
        { "Batch abcdefghij was planned twice", [Planned(), Planned()] },
        { "Batch abcdefghij is not open", [new Fact.BatchApproved(Batch, "hash", "me")] },
        { "approves another plan", [Planned(), new Fact.BatchApproved(Batch, "other", "me")] },
        { "Batch abcdefghij is not open", [new Fact.BatchClosed(Batch, BatchOutcome.Executed, "")] },
        { "cannot go from Planned to Filled", [Planned(), Moved("S1", LegState.Filled)] },
        { "lot l9, which does not hold them", [Planned(), Sold("f1", 1m, "l9")] },
        { "lot l0, which does not hold them", [Planned(), Sold("f1", 11m, "l0")] },
        { "sells 3 units but consumes lots of 2", [Planned(), Sold("f1", 3m, "l0", picked: 2m)] },
        { "booked twice", [Planned(), Sold("f1", 1m, "l0"), Sold("f1", 1m, "l0")] },
        { "names no lot", [Planned(), Bought("f1", 1m, 10m, null)] },
        { "is not what leg S1", [Planned(), Bought("f1", 1m, 10m, "n1") with { Leg = new LegId("S1") }] },
        { "names no taxpayer", [Planned(), Sold("f1", 1m, "l0") with { Member = null, Tax = Rupees(1m) }] },
        { "cannot change by -1 INR", [new Fact.Earmarked(A, EarmarkKind.Tax, Rupees(-1m), "")] },
        { "cannot change by -5 INR", [Planned(), new Fact.Withdrawn(Batch, new LegId("W1"), A, Rupees(5m))] },
        { "has no account z", [new Fact.CashReceived(new AccountId("z"), Rupees(1m), IncomeKind.Salary, "")] },
        { "must be above zero", [new Fact.CashReceived(A, Rupees(0m), IncomeKind.Salary, "")] },
        { "must be above zero", [new Fact.CashLeft(A, Rupees(-1m), "")] },
        { "must be above zero", [new Fact.TaxPaid(M, A, Rupees(-1m), Rupees(-1m), Day, "")] },
        { "but none was sent", [Planned(), new Fact.MoneyArrived(Batch, new LegId("F1"), B, Rupees(1m), 1m)] },
        { "the review of 2026-06 closed twice", [Closed(), Closed()] },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void A_contradiction_is_refused_with_its_reason(string reason, Fact[] facts)
    {
        var failure = Assert.Throws<InvalidOperationException>(() => HouseholdState.After([Opened(), .. facts]));
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_happens_before_the_household_is_recorded() => Assert.Contains(
        "no account a",
        Assert.Throws<InvalidOperationException>(() => HouseholdState.Empty.Apply(new Fact.CashReceived(A, Rupees(1m), IncomeKind.Salary, ""))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_reserve_or_opening_that_no_account_holds_is_refused()
    {
        var opened = Opened();
        var failure = Assert.Throws<InvalidOperationException>(
            () => HouseholdState.Empty.Apply(opened with { ReserveCash = [new ReserveCash(new AccountId("z"), Rupees(1m))] }));
        Assert.Contains("no account z", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cash_lots_and_claims_add_up_over_any_legal_story() => Property.Holds(Gen.Choose(0, int.MaxValue - 1), seed =>
    {
        var (facts, cash, units) = Story(new Random(seed));
        var state = HouseholdState.After(facts);
        foreach (var (account, amount) in cash)
        {
            var ledger = state.Accounts[account];
            Assert.Equal(amount, ledger.Cash.Amount);
            Assert.Equal(
                ledger.Opening + ledger.Income + ledger.Proceeds + ledger.Arrived,
                ledger.Cash + ledger.Left + ledger.Sent + ledger.Purchases + ledger.Charges + ledger.Withdrawn + ledger.TaxPaid);
        }

        Assert.Equal(units, state.Held(A, X).Units);
        Assert.DoesNotContain(state.Lots.Values, lots => lots.IsEmpty || lots.Any(l => l.Remaining.IsZero));
    });

    [Fact]
    public void Folding_a_story_in_two_parts_is_folding_it_in_one() => Property.Holds(Gen.Choose(0, int.MaxValue - 1), seed =>
    {
        var facts = Story(new Random(seed)).Facts;
        var cut = seed % (facts.Length + 1);
        var halves = facts[cut..].Aggregate(HouseholdState.After(facts[..cut]), (state, fact) => state.Apply(fact));
        var whole = HouseholdState.After(facts);
        Assert.Equal(whole.Accounts.OrderBy(p => p.Key.Value), halves.Accounts.OrderBy(p => p.Key.Value));
        Assert.Equal(whole.Held(A, X), halves.Held(A, X));
        Assert.Equal(whole.TaxDue[M], halves.TaxDue[M]);
        Assert.Equal(whole.InTransit, halves.InTransit.AsEnumerable());
    });

    [Fact]
    public void A_paid_tax_lowers_what_is_due_and_what_is_set_aside()
    {
        var state = HouseholdState.After(
            [Opened(), new Fact.Earmarked(A, EarmarkKind.Tax, Rupees(30m), ""), new Fact.TaxPaid(M, A, Rupees(20m), Rupees(20m), Day, "challan 1")]);
        Assert.Equal((30m, 10m, 980m), (state.TaxDue[M].Amount, state.Accounts[A].Tax.Amount, state.Accounts[A].Cash.Amount));
    }

    [Fact]
    public void Seen_cash_becomes_a_fact_and_units_never_do()
    {
        var state = HouseholdState.After([Opened()]);
        var facts = Observation.Of(
            state, [new AccountReading(A, Rupees(900m), Rupees(50m), []), new AccountReading(B, Rupees(7m), Rupees(0m), [])]);
        Assert.Equal([new Fact.CashLeft(A, Rupees(50m), "missing from the account"), new Fact.CashReceived(B, Rupees(7m), IncomeKind.Other, "seen in the account")], facts);
        Assert.Empty(Observation.Of(facts.Aggregate(state, (s, f) => s.Apply(f)), [new AccountReading(A, Rupees(950m), Rupees(0m), [])]));
    }

    /// <summary>A random legal log, with the cash and units it must leave, counted beside it.</summary>
    private static (ImmutableArray<Fact> Facts, Dictionary<AccountId, decimal> Cash, decimal Units) Story(Random random)
    {
        var facts = new List<Fact> { Opened(), Planned() };
        var cash = new Dictionary<AccountId, decimal> { [A] = 1_000m, [B] = 0m };
        var lots = new List<(string Id, decimal Units)> { ("l0", 10m) };
        var sent = 0m;
        for (var step = 0; step < 25; step++)
        {
            var amount = random.Next(1, 10_000) / 100m;
            switch (random.Next(8))
            {
                case 0:
                    facts.Add(new Fact.CashReceived(A, Rupees(amount), IncomeKind.Salary, ""));
                    cash[A] += amount;
                    break;
                case 1:
                    facts.Add(new Fact.CashLeft(B, Rupees(amount), ""));
                    cash[B] -= amount;
                    break;
                case 2:
                    facts.Add(new Fact.TaxPaid(M, A, Rupees(amount), Rupees(amount), Day, ""));
                    cash[A] -= amount;
                    break;
                case 3:
                    facts.Add(Bought($"f{step}", 3m, amount, $"n{step}"));
                    lots.Add(($"n{step}", 3m));
                    cash[A] -= Math.Round(3m * amount, 2) + 0.25m;
                    break;
                case 4 when lots.Count > 0:
                    var (id, held) = lots[0];
                    var take = Math.Min(held, random.Next(1, 4));
                    facts.Add(Sold($"f{step}", take, id));
                    lots[0] = (id, held - take);
                    lots.RemoveAll(l => l.Units == 0m);
                    cash[A] += (take * 12m) - 0.25m;
                    break;
                case 5 when sent == 0m:
                    facts.Add(new Fact.MoneySent(Batch, new LegId("F1"), A, Rupees(amount), Rupees(1m)));
                    cash[A] -= amount + 1m;
                    sent = amount;
                    break;
                case 6 when sent > 0m:
                    facts.Add(new Fact.MoneyArrived(Batch, new LegId("F1"), B, Rupees(sent), 1m));
                    cash[B] += sent;
                    sent = 0m;
                    break;
                case 7:
                    facts.Add(new Fact.Earmarked(A, EarmarkKind.Reserve, Rupees(amount), ""));
                    facts.Add(new Fact.Withdrawn(Batch, new LegId("W1"), A, Rupees(amount)));
                    cash[A] -= amount;
                    break;
                default:
                    break;
            }
        }

        return ([.. facts], cash, lots.Sum(l => l.Units));
    }

    private static Money Rupees(decimal amount) => new(amount, Currency.Inr);

    private static Fact.Opened Opened() => new Fact.Opened(
        Phase.Accumulation, [new ReserveCash(A, Rupees(1_000m)), new ReserveCash(B, Rupees(0m))], [],
        [new TaxLot(new LotId("l0"), A, X, new DateOnly(2020, 1, 1), new Quantity(10m), Rupees(5m))], [new OpeningTax(M, Rupees(50m))]);

    private static Fact.BatchPlanned Planned() => new(
        Batch, "hash", new Slot(2026, 6), ReviewKind.Scheduled, new ProgramStep.Idle(Drift.Zero, Drift.Zero),
        [Leg("S1", LegPurpose.Trim, X, null), Leg("B1", LegPurpose.Invest, X, null), Leg("F1", LegPurpose.Fund, null, B), Leg("W1", LegPurpose.Withdraw, null, null)],
        false, DateTimeOffset.UnixEpoch, Day);

    private static PlannedLeg Leg(string id, LegPurpose purpose, InstrumentId? instrument, AccountId? to) => new(
        new LegId(id), purpose, A, instrument, null, new Quantity(10m), null, Rupees(100m), Rupees(0m), Rupees(0m), [], to, null, new Reason.CoreCash());

    private static Fact.LegMoved Moved(string leg, LegState state) => new Fact.LegMoved(Batch, new LegId(leg), state, null, null, null, "");

    private static Fact.LegFilled Sold(string fill, decimal units, string lot, decimal? picked = null) => new(
        Batch, new LegId("S1"), fill, A, X, Side.Sell, new Quantity(units), new UnitPrice(12m, Currency.Inr), [new ChargeLine("STT", Rupees(0.25m))], Day, Day,
        [new LotPick(new LotId(lot), new Quantity(picked ?? units), Day, LotTerm.Long.Value, new BucketId("gain"), Rupees(0m), Rupees(0m), Rupees(0m))], null, M, Rupees(0m));

    private static Fact.LegFilled Bought(string fill, decimal units, decimal price, string? lot) => new(
        Batch, new LegId("B1"), fill, A, X, Side.Buy, new Quantity(units), new UnitPrice(price, Currency.Inr), [new ChargeLine("STT", Rupees(0.25m))], Day, Day, [],
        lot is null ? null : new LotId(lot), M, Rupees(0m));

    private static Fact.ReviewClosed Closed() => new Fact.ReviewClosed(
        new Slot(2026, 6), ReviewKind.Scheduled, new ProgramStep.Idle(Drift.Zero, Drift.Zero), Drift.Zero, SellProgram.Idle.Value, ProgramEnd.None);
}
