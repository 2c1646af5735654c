using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Outside;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Batches;

/// <summary>Answers instructions for fund units by what the broker tells of fund orders and holdings, so that a person who ordered need
/// not say so. Only one order that fits one instruction is booked; anything else is asked.</summary>
internal sealed class InstructionMatching(Desk desk)
{
    /// <summary>Between two looks at an account: units are allotted once a day.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(30);

    private readonly Instructions _instructions = new(desk);
    private readonly Dictionary<AccountId, DateTimeOffset> _looked = [];

    /// <summary>Looks at every account with an open instruction whose broker can be asked now.</summary>
    public async Task MatchAsync(CancellationToken cancellationToken)
    {
        foreach (var account in Open().Select(o => o.Leg.Plan.Account).Distinct().ToArray())
        {
            var now = desk.Time.GetUtcNow();
            if (now - _looked.GetValueOrDefault(account, DateTimeOffset.MinValue) < Pause || await desk.SessionAsync(account, cancellationToken) is not SessionState.Ready)
            {
                continue;
            }

            try
            {
                _looked[account] = now;
                await MatchAsync(account, cancellationToken);
            }
            catch (UpstreamException)
            {
                // Nothing waits for it: the next look asks again, and the person is chased as before.
            }
        }
    }

    /// <summary>Whether an account has an instruction that nobody answered for.</summary>
    public bool HasOpen(AccountId account) => Open().Any(o => o.Leg.Plan.Account == account);

    /// <summary>Answers an account's instructions by what its statement lists.</summary>
    /// <returns>What was booked, a sentence each.</returns>
    /// <exception cref="UpstreamException">Prices, by which the answer is checked, cannot be read now.</exception>
    public Task<ImmutableArray<string>> AnswerAsync(Statement statement, CancellationToken cancellationToken) =>
        AnswerAsync(statement.Account, [.. statement.Transactions.Select(DealOf).OfType<HandDeal>()], false, cancellationToken);

    private async Task MatchAsync(AccountId account, CancellationToken cancellationToken)
    {
        if (desk.Outside.BrokerOf(account) is not null)
        {
            await AnswerAsync(account, await desk.Outside.HandDealsAsync(account, cancellationToken), true, cancellationToken);
        }
    }

    private async Task<ImmutableArray<string>> AnswerAsync(AccountId account, ImmutableArray<HandDeal> told, bool isBroker, CancellationToken cancellationToken)
    {
        var booked = ImmutableArray.CreateBuilder<string>();
        var fills = told.IsEmpty ? [] : desk.Store.Facts().Select(f => f.Fact).OfType<Fact.LegFilled>().ToArray();
        var deals = told.Where(d => !IsBooked(fills, account, d)).ToArray();
        var open = Open().Where(o => o.Leg.Plan.Account == account).ToArray();
        foreach (var (batch, leg) in open)
        {
            var fitting = deals.Where(d => Fits(leg, d)).ToArray();
            if (fitting is [var deal] && open.Count(o => Fits(o.Leg, deal)) == 1)
            {
                var answer = await _instructions.DoneAsync(batch.Value, leg.Plan.Id.Value, deal.Units, deal.Price.Amount, deal.On, $"{account}, order {deal.Id}", cancellationToken, deal.Id);
                if (answer.IsRecorded)
                {
                    booked.Add(answer.Words);
                }
                else
                {
                    Ask(batch, leg, answer.Words);
                }
            }
            else if (fitting.Length > 0)
            {
                Ask(batch, leg, $"{account} shows {string.Join(" and ", fitting.Select(d => $"order {d.Id} of {d.Units} units at {d.Price}"))}, and more than one could be it.");
            }
            else if (isBroker)
            {
                await CompareAsync(batch, leg, cancellationToken);
            }
        }

        return booked.ToImmutable();
    }

    /// <summary>A purchase or redemption that a statement lists; null for any other line.</summary>
    private HandDeal? DealOf(Transaction line)
    {
        return line switch
        {
            Transaction.Bought b => Deal(Side.Buy, b.Units, b.Price),
            Transaction.Sold { IsBooked: false } s => Deal(Side.Sell, s.Units, s.Price),
            _ => null,
        };

        HandDeal Deal(Side side, Quantity units, decimal price) => new(
            FormattableString.Invariant($"statement/{line.At.On:yyyyMMdd}/{line.At.Instrument}/{side}/{units}"), line.At.Instrument, side, units,
            new UnitPrice(price, desk.Policy.Instrument(line.At.Instrument).Currency), null, line.At.On);
    }

    /// <summary>Units that came or went without an order that tells of them: their day and NAV, by which they are taxed, only a person knows.</summary>
    private async Task CompareAsync(BatchId batch, Leg leg, CancellationToken cancellationToken)
    {
        var reading = await desk.Outside.BrokerOf(leg.Plan.Account)!.ReadAsync(leg.Plan.Account, cancellationToken);
        var reported = reading.Holdings.FirstOrDefault(h => h.Instrument == leg.Plan.Instrument)?.Quantity ?? Quantity.Zero;
        var change = reported.Units - desk.Store.State.Held(leg.Plan.Account, leg.Plan.Instrument!).Units;
        if (change != 0m && change < 0m == leg.Plan.IsSale)
        {
            Ask(batch, leg, FormattableString.Invariant($"{leg.Plan.Account} holds {Math.Abs(change)} units {(change < 0m ? "less" : "more")} of {leg.Plan.Instrument} than the ledger, and shows no order for them."));
        }
    }

    private (BatchId Batch, Leg Leg)[] Open() =>
        [.. desk.Store.State.Batches.SelectMany(b => b.Legs.Where(l => l.State == LegState.Acknowledged && desk.IsByHand(l) && desk.Policy.Instrument(l.Plan.Instrument!).Dealing == Dealing.Nav).Select(l => (b.Id, l)))];

    /// <summary>Same scheme, same side, ordered since it was asked for, and of the size that was asked for within the approval's tolerance.</summary>
    private bool Fits(Leg leg, HandDeal deal)
    {
        var instrument = desk.Policy.Instrument(leg.Plan.Instrument!);
        var asked = desk.ReadRules().Books.Calendars[instrument.Venue].LocalDate(leg.Submitted!.Value);
        if (deal.Instrument != instrument.Id || deal.On < asked || (deal.Side == Side.Sell) != leg.Plan.IsSale)
        {
            return false;
        }

        var (told, meant) = leg.Plan.IsSale
            ? (deal.Units.Units, (leg.Ordered - leg.Filled).Units)
            : ((deal.Amount ?? (deal.Price * deal.Units).Rounded).Amount, (leg.Plan.Value + leg.Plan.Charges - leg.Moved).Amount);
        return Math.Abs(told - meant) <= meant * desk.Policy.Approval.Tolerance;
    }

    /// <summary>Whether a deal was booked before: by its own name, or because a person said the same.</summary>
    private static bool IsBooked(Fact.LegFilled[] fills, AccountId account, HandDeal deal) => fills.Any(f =>
        f.FillId == deal.Id || (f.Account == account && f.Instrument == deal.Instrument && f.Side == deal.Side && f.Quantity == deal.Units && Math.Abs(f.TradeDate.DayNumber - deal.On.DayNumber) <= 5));

    private void Ask(BatchId batch, Leg leg, string why)
    {
        var day = desk.LocalDate(desk.Time.GetUtcNow());
        desk.Store.Transact("service", t => t.Raise(new Alert(
            Severity.Warning, "instruction", $"match/{batch}/{leg.Plan.Id}/{day:yyyy-MM-dd}",
            $"Leg {leg.Plan.Id} of batch {batch} was perhaps done: {why} Say it with 'orders done {batch} {leg.Plan.Id} --units U --price NAV --on DATE'.")));
    }
}
