using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Ledger;

public sealed partial record HouseholdState
{
    /// <summary>The state after one more fact.</summary>
    /// <exception cref="InvalidOperationException">The fact contradicts what happened before: the log is broken, nothing may go on.</exception>
    public HouseholdState Apply(Fact fact) => fact switch
    {
        Fact.Opened f => Open(f),
        Fact.PhaseSet f => this with { Phase = f.Phase },
        Fact.JobLossSet f => this with { JobLoss = f.On },
        Fact.CashReceived f => On(f.Account, a => a with { Income = a.Income + Positive(f.Amount, "Cash received") }),
        Fact.CashLeft f => On(f.Account, a => a with { Left = a.Left + Positive(f.Amount, "Cash taken out") }),
        Fact.TaxPaid f => Pay(f),
        Fact.GainRecorded f => this with { Gains = Gains.Add(f.Entry) },
        Fact.TaxReassessed f => Book(f.Member, f.Change),
        Fact.WashSale f => Disallow(f),
        Fact.LotsSet f => WithLots(f.Position, f.Lots),
        Fact.Earmarked f => On(f.Account, a => a.WithClaim(f.Kind, f.Change)),
        Fact.BatchPlanned f => Batch(f.Batch) is null
            ? this with { Batches = Batches.Add(Opened(f)) }
            : throw new InvalidOperationException($"Batch {f.Batch} was planned twice."),
        Fact.ApprovalGiven f => On(f.Batch, b => Shown(b, f.PlanHash) with { GivenBy = b.GivenBy.Add(f.By) }),
        Fact.BatchApproved f => On(f.Batch, b => Shown(b, f.PlanHash) with { Approved = true }),
        Fact.LegMoved f => On(f.Batch, f.Leg, leg => Moved(f, leg)),
        Fact.LegHandedOver f => On(f.Batch, f.Leg, leg => HandedOver(f, leg)),
        Fact.LegFilled f => Fill(f),
        Fact.MoneySent f => Send(f),
        Fact.MoneyArrived f => Arrive(f),
        Fact.Withdrawn f => On(f.Account, a => (a with { Withdrawn = a.Withdrawn + f.Amount }).WithClaim(EarmarkKind.Reserve, -f.Amount)),
        Fact.BatchClosed f => Batch(f.Batch) is null
            ? throw new InvalidOperationException($"Batch {f.Batch} is not open.")
            : this with { Batches = Batches.RemoveAll(b => b.Id == f.Batch) },
        Fact.ReviewClosed f => Close(f),
        Fact.Halted f => this with { Halt = f.Why },
        Fact.Resumed => this with { Halt = null },
        Fact.ModeSet f => this with { Modes = Modes.SetItem(f.Account, f.Mode) },
        _ => throw new InvalidOperationException($"The fold does not know the fact {fact.GetType().Name}."),
    };

    private static Batch Shown(Batch batch, string planHash) => batch.PlanHash == planHash
        ? batch
        : throw new InvalidOperationException($"An approval of batch {batch.Id} approves another plan: {planHash}, not {batch.PlanHash}.");

    private HouseholdState Pay(Fact.TaxPaid paid) =>
        On(paid.Account, a => a with
        {
            TaxPaid = a.TaxPaid + Positive(paid.Amount, "Tax paid"),
            Tax = Money.Max(a.Tax - paid.Amount, Money.Zero(paid.Amount.Currency)),
        }).WithTax(paid.Member, -paid.InBase) with
        {
            TaxPayments = TaxPayments.Add(new TaxPayment(paid.Member, paid.On, paid.InBase)),
        };

    private static Money Positive(Money amount, string what) => amount.IsPositive
        ? amount
        : throw new InvalidOperationException($"{what} is {amount}; it must be above zero.");

    private HouseholdState Close(Fact.ReviewClosed closed)
    {
        var isScheduled = closed.Kind == Review.ReviewKind.Scheduled;
        if (isScheduled && closed.Slot == LastSlot)
        {
            throw new InvalidOperationException($"A scheduled slot has one review; the review of {closed.Slot} closed twice.");
        }

        return this with
        {
            Program = closed.Next,
            LastReview = new ClosedReview(closed.Slot, closed.Kind, closed.Program, closed.After, closed.End),
            LastSlot = isScheduled ? closed.Slot : LastSlot,
        };
    }

    private HouseholdState Open(Fact.Opened opened)
    {
        if (IsOpened)
        {
            throw new InvalidOperationException("The household was recorded twice.");
        }

        var accounts = opened.Cash.ToImmutableDictionary(c => c.Account, c => AccountLedger.OpenedWith(c.Account, c.Amount));
        foreach (var reserve in opened.ReserveCash)
        {
            accounts = accounts.TryGetValue(reserve.Account, out var ledger)
                ? accounts.SetItem(reserve.Account, ledger.WithClaim(EarmarkKind.Reserve, reserve.Amount))
                : throw new InvalidOperationException($"The ledger has no account {reserve.Account} to hold reserve cash.");
        }

        var lots = opened.Lots
            .GroupBy(l => new Position(l.Account, l.Instrument))
            .ToImmutableDictionary(g => g.Key, g => g.OrderBy(l => l.Acquired).ToImmutableArray());
        return this with
        {
            IsOpened = true,
            Phase = opened.Phase,
            Accounts = accounts,
            Lots = lots,
            TaxDue = opened.TaxDue.ToImmutableDictionary(t => t.Member, t => t.Amount),
            Gains = opened.Gains,
            Losses = opened.Losses,
        };
    }

    private HouseholdState Fill(Fact.LegFilled fill)
    {
        On(fill.Batch, fill.Leg, leg => Checked(fill, leg));
        var gross = fill.Price * fill.Quantity;
        var value = gross.Rounded;
        var charges = fill.Charged;
        var state = On(fill.Account, a => fill.Side == Side.Sell
            ? a with { Proceeds = a.Proceeds + value, Charges = a.Charges + charges }
            : a with { Purchases = a.Purchases + value, Charges = a.Charges + charges });
        state = fill.Side == Side.Sell ? state.Consume(fill) : state.Acquire(fill);
        if (fill.Side == Side.Sell)
        {
            var member = fill.Member ?? throw new InvalidOperationException($"Fill {fill.FillId} causes tax but names no taxpayer.");
            state = state.Book(member, fill.Tax) with
            {
                OpenLosses = OpenLoss.After(OpenLosses, fill, member, Lots.GetValueOrDefault(new Position(fill.Account, fill.Instrument), [])),
                Gains = state.Gains.AddRange(fill.Lots.Select(pick => new GainEntry(member, fill.TradeDate, pick.Bucket, pick.Gain))),
            };
        }

        return state.On(fill.Batch, fill.Leg, leg => leg with
        {
            Filled = leg.Filled + fill.Quantity,
            Moved = leg.Moved + value,
            Charges = leg.Charges + charges,
            Fills = leg.Fills.Add(fill.FillId),
            SettlesOn = leg.SettlesOn is { } day && day > fill.SettlesOn ? day : fill.SettlesOn,
        });
    }

    /// <summary>A fill is booked once, on a leg that trades what was filled.</summary>
    private static Leg Checked(Fact.LegFilled fill, Leg leg)
    {
        if (leg.Fills.Contains(fill.FillId))
        {
            throw new InvalidOperationException($"Fill {fill.FillId} was booked twice.");
        }

        var isSame = leg.Plan.Account == fill.Account && leg.Plan.Instrument == fill.Instrument && leg.Plan.IsSale == (fill.Side == Side.Sell);
        return isSame ? leg : throw new InvalidOperationException(
            $"Fill {fill.FillId}, {fill.Side} of {fill.Instrument} in {fill.Account}, is not what leg {fill.Leg} of batch {fill.Batch} trades.");
    }

    private HouseholdState Send(Fact.MoneySent sent)
    {
        var to = Batch(sent.Batch)?.Leg(sent.Leg).Plan.To
            ?? throw new InvalidOperationException($"Money was sent for leg {sent.Leg} of batch {sent.Batch}, which is not an open funding.");
        return (On(sent.From, a => a with { Sent = a.Sent + sent.Amount, Charges = a.Charges + sent.Fee }) with
        {
            InTransit = InTransit.Add(new MoneyInTransit(sent.Batch, sent.Leg, sent.From, to, sent.Amount)),
        }).On(sent.Batch, sent.Leg, leg => leg with { Moved = leg.Moved + sent.Amount, Charges = leg.Charges + sent.Fee });
    }

    private HouseholdState Arrive(Fact.MoneyArrived arrived)
    {
        var waiting = InTransit.FirstOrDefault(t => t.Batch == arrived.Batch && t.Leg == arrived.Leg)
            ?? throw new InvalidOperationException($"Money arrived for leg {arrived.Leg} of batch {arrived.Batch}, but none was sent.");
        return On(arrived.To, a => a with { Arrived = a.Arrived + arrived.Amount }) with { InTransit = InTransit.Remove(waiting) };
    }

    private static Batch Opened(Fact.BatchPlanned planned)
    {
        var state = planned.NeedsApproval ? LegState.AwaitingApproval : LegState.Planned;
        var legs = planned.Legs.Select(leg => new Leg(
            leg, state, Quantity.Zero, Quantity.Zero, Money.Zero(leg.Value.Currency), Money.Zero(leg.Value.Currency), null, [], null, null, string.Empty));
        return new Batch(
            planned.Batch, planned.PlanHash, planned.Slot, planned.Kind, planned.Program, legs.ToImmutableArray(),
            Approved: false, planned.Expires, planned.LastDay);
    }

    private static Leg Moved(Fact.LegMoved moved, Leg leg) => LegLife.CanMove(leg.State, moved.State)
        ? leg with
        {
            State = moved.State,
            Ordered = moved.Ordered ?? leg.Ordered,

            // An order that waited for a person never was at the broker: that was no attempt, and its key is used again.
            ClientKey = (leg.State, moved.State) is (LegState.Submitting, LegState.Scheduled) ? Ledger.ClientKey.Before(leg.ClientKey, leg.Plan.Id) : moved.ClientKey ?? leg.ClientKey,
            Submitted = moved.Submitted ?? leg.Submitted,
            Note = moved.Note,
        }
        : throw new InvalidOperationException($"Leg {moved.Leg} of batch {moved.Batch} cannot go from {leg.State} to {moved.State}.");

    /// <summary>What the broker has, or may have, stays the program's: a person who ordered it too would do it twice.</summary>
    private static Leg HandedOver(Fact.LegHandedOver handed, Leg leg) => leg.State == LegState.Scheduled
        ? leg with { IsHandedOver = true, Note = handed.Why }
        : throw new InvalidOperationException($"Leg {handed.Leg} of batch {handed.Batch} is {leg.State} and cannot be handed over.");

    private HouseholdState Book(MemberId member, Money tax) => WithTax(member, tax) with
    {
        TaxBooked = TaxBooked.SetItem(member, TaxBooked.TryGetValue(member, out var booked) ? booked + tax : tax),
    };

    private HouseholdState WithTax(MemberId member, Money change)
    {
        var due = TaxDue.TryGetValue(member, out var now) ? now + change : change;
        return this with { TaxDue = TaxDue.SetItem(member, Money.Max(due, Money.Zero(due.Currency))) };
    }

    private HouseholdState On(AccountId account, Func<AccountLedger, AccountLedger> change) => Accounts.TryGetValue(account, out var ledger)
        ? this with { Accounts = Accounts.SetItem(account, change(ledger)) }
        : throw new InvalidOperationException($"The ledger has no account {account}.");

    private HouseholdState On(BatchId batch, Func<Batch, Batch> change)
    {
        var index = Batches.FindIndex(b => b.Id == batch);
        return index < 0
            ? throw new InvalidOperationException($"Batch {batch} is not open.")
            : this with { Batches = Batches.SetItem(index, change(Batches[index])) };
    }

    private HouseholdState On(BatchId batch, LegId leg, Func<Leg, Leg> change) => On(batch, b => b.With(change(b.Leg(leg))));
}

/// <summary>Searching an immutable array by a test.</summary>
internal static class ImmutableArraySearch
{
    /// <summary>The index of the first element that passes, or −1.</summary>
    public static int FindIndex<T>(this ImmutableArray<T> array, Func<T, bool> test)
    {
        for (var i = 0; i < array.Length; i++)
        {
            if (test(array[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
