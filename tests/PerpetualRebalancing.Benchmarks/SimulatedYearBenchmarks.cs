using BenchmarkDotNet.Attributes;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Benchmarks;

/// <summary>Twelve monthly decisions with a paper market in memory: seven classes, FIFO lots, every fill folded. At most 2 ms.</summary>
[MemoryDiagnoser]
public class SimulatedYearBenchmarks
{
    private readonly BenchmarkHousehold _household = new(accounts: 2);
    private decimal[][] _prices = [];
    private HouseholdState _opening = null!;

    [GlobalSetup]
    public void Setup()
    {
        // The first class runs away, so that a sell program works in most months.
        var random = new Random(7);
        _prices = new decimal[12][];
        decimal[] now = [100m, 100m, 100m, 100m, 100m, 100m, 100m];
        for (var month = 0; month < 12; month++)
        {
            now = [.. now.Select((p, i) => Math.Round(p * (1m + (decimal)(((random.NextDouble() - 0.5) * 0.08) + (i == 0 ? 0.025 : 0.0))), 4))];
            _prices[month] = now;
        }

        _opening = _household.Opened([4_900_000m, 1_900_000m, 900_000m, 900_000m, 400_000m, 400_000m, 900_000m], _prices[0], lots: 84, cash: 50_000m);
        var (end, sales) = Live();
        if (end.LastSlot != new Slot(2026, 12) || sales < 3)
        {
            throw new InvalidOperationException($"The benchmark must measure a year with sales; it had {sales}.");
        }
    }

    [Benchmark]
    public HouseholdState Year() => Live().End;

    private (HouseholdState End, int Sales) Live()
    {
        var (state, sales) = (_opening, 0);
        var slot = new Slot(2026, 1);
        for (var month = 0; month < 12; month++, slot = slot.Next)
        {
            state = state.Apply(new Fact.CashReceived(BenchmarkHousehold.AccountOf(1), new Money(60_000m, Currency.Inr), IncomeKind.Salary, "salary"));
            var inputs = _household.Read(state, _prices[month], slot.LastDay);
            var plan = Decision.Decide(_household.Policy, state, inputs);
            sales += plan.Legs.Any(l => l.IsSale) ? 1 : 0;
            state = Close(Fill(state, plan, slot), plan, inputs, slot);
        }

        return (state, sales);
    }

    /// <summary>Every leg is filled at its price on the same day.</summary>
    private static HouseholdState Fill(HouseholdState state, Plan plan, Slot slot)
    {
        var batch = new BatchId(slot.ToString());
        state = state.Apply(new Fact.BatchPlanned(batch, "hash", slot, ReviewKind.Scheduled, plan.Program, plan.Legs, false, DateTimeOffset.UnixEpoch, slot.LastDay));
        foreach (var line in plan.Routing)
        {
            if (line.To == Destination.TaxReserve)
            {
                state = state.Apply(new Fact.Earmarked(line.Account, EarmarkKind.Tax, line.Amount, "tax"));
            }
        }

        foreach (var leg in plan.Legs)
        {
            state = state.Apply(new Fact.LegFilled(
                batch, leg.Id, "f", leg.Account, leg.Instrument!, leg.IsSale ? Side.Sell : Side.Buy, leg.Quantity, leg.Price!.Value,
                [new ChargeLine("charges", leg.Charges)], plan.Date, plan.Date, leg.Lots, leg.IsSale ? null : new LotId($"{slot}-{leg.Id}"), new MemberId("m"), leg.Tax));
        }

        return state.Apply(new Fact.BatchClosed(batch, BatchOutcome.Executed, "filled"));
    }

    private HouseholdState Close(HouseholdState state, Plan plan, ReviewInputs inputs, Slot slot)
    {
        var after = plan.Proof.After.Portfolio;
        var (next, end) = SellProgram.Close(_household.Policy.Sell, plan.Program, after);
        return state.Apply(new Fact.ReviewClosed(slot, inputs.Read.Kind, plan.Program, after, next, end));
    }
}
