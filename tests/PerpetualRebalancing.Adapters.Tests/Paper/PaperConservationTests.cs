using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Brokers.Paper;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using static PerpetualRebalancing.Adapters.Tests.Paper.PaperTown;

namespace PerpetualRebalancing.Adapters.Tests.Paper;

public sealed class PaperConservationTests
{
    private static readonly bool Nightly = Environment.GetEnvironmentVariable("NIGHTLY") == "1";

    /// <summary>One thing that happens: which, how much of it, and the minutes until then.</summary>
    private sealed record Step(int What, int Much, int Minutes);

    [Fact]
    public void Whatever_happens_no_paisa_and_no_unit_appears_or_vanishes()
    {
        // Mostly the same hour of some day, when Mumbai and then London are open; now and then any other moment.
        var minutes = Gen.OneOf(Gen.Elements(0, 0, 0, 240, 1_200, 1_440), Gen.Choose(0, 4_000));
        var step = Gen.Choose(0, 10).Zip(Gen.Choose(1, 400)).Zip(minutes)
            .Select(t => new Step(t.Item1.Item1, t.Item1.Item2, t.Item2));
        var story = Gen.ListOf(step, 30).Zip(Gen.Choose(0, 5));
        var settings = Config.QuickThrowOnFailure.WithQuietOnSuccess(true);
        Check.One(
            Nightly ? settings.WithMaxTest(400) : settings.WithMaxTest(25).WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(7), null))),
            Prop.ForAll(story.ToArbitrary(), t => Live(t.Item1, t.Item2).GetAwaiter().GetResult()));
    }

    private static async Task Live(IEnumerable<Step> steps, int luck)
    {
        using var town = new PaperTown().Open(100_000m, 2_000m, (Nifty, "2020-01-01", 100m), (Gilt, "2026-03-01", 500m), (Ndx, "2024-01-01", 50m));
        var rest = luck % 2 == 0 ? PaperRest.Never : PaperRest.NextSession;
        town.Rules = PaperRules.Standard with
        {
            Default = new PaperRule(5m * luck, 1m - (luck / 8m), rest, null, PaperFault.None),
            Remittance = new RemittanceRule(2, luck % 2, luck, IsLost: luck == 5),
        };
        var outside = new Dictionary<AccountId, decimal> { [Demat] = 100_000m, [Global] = 2_000m };
        var keys = 0;
        foreach (var step in steps)
        {
            town.Clock.Pass(TimeSpan.FromMinutes(step.Minutes));
            var key = $"k{++keys}";
            switch (step.What)
            {
                case 0:
                    town.Bank.Deposit(Demat, Inr(step.Much * 10.01m), "");
                    outside[Demat] += step.Much * 10.01m;
                    break;
                case 1 when Tried(() => town.Bank.Withdraw(Demat, Inr(step.Much), "")):
                    outside[Demat] -= step.Much;
                    break;
                case 2:
                    Tried(() => town.Bank.Send(Demat, Global, Inr(step.Much * 100m), Inr(59m), key));
                    break;
                case 3:
                    await town.BuyAsync(key, Nifty, step.Much, 250.5m);
                    break;
                case 4:
                    await town.SellAsync(key, Nifty, 1 + (step.Much % 40), 249.5m);
                    break;
                case 5:
                    await town.BuyAsync(key, Ndx, 1 + (step.Much % 20), 50.2m);
                    break;
                case 6:
                    await town.SellAsync(key, Ndx, 1 + (step.Much % 20), 49.8m);
                    break;
                case 7:
                    await town.PlaceAsync(town.Invest(key, step.Much * 33.33m));
                    break;
                case 8:
                    await town.SellAsync(key, Gilt, step.Much / 8m, 1m);
                    break;
                case 9:
                    await town.Broker.CancelAsync(Demat, $"k{keys - 1}", TestContext.Current.CancellationToken);
                    break;
                default:
                    town.Restart();
                    break;
            }

            await Balances(town, outside);
        }

        town.Clock.Pass(TimeSpan.FromDays(30));
        await Balances(town, outside);
        foreach (var account in outside.Keys)
        {
            Assert.True((await town.ReadAsync(account)).Unsettled.IsZero);
            Assert.All(await Orders(town, account), order => Assert.True(order.IsTerminal));
        }
    }

    private static async Task Balances(PaperTown town, Dictionary<AccountId, decimal> outside)
    {
        foreach (var (account, put) in outside)
        {
            var cash = put + town.Bank.Transfers().Sum(t =>
                (t.To == account ? t.Arrived?.Amount ?? 0m : 0m) - (t.From == account ? t.Sent.Amount + t.Fee.Amount : 0m));
            var units = new Dictionary<InstrumentId, decimal>();
            if (account == Demat)
            {
                (units[Nifty], units[Gilt]) = (100m, 500m);
            }
            else
            {
                units[Ndx] = 50m;
            }

            foreach (var order in await Orders(town, account))
            {
                var sign = order.Side == Side.Buy ? 1m : -1m;
                foreach (var fill in order.Fills)
                {
                    cash -= (sign * (fill.Price * fill.Quantity).Rounded.Amount) + fill.Charges!.Value.Sum(c => c.Amount.Amount);
                    units[order.Instrument] = units.GetValueOrDefault(order.Instrument) + (sign * fill.Quantity.Units);
                }

                Assert.True(order.Filled <= order.Ordered);
            }

            var reading = await town.ReadAsync(account);
            Assert.Equal(cash, (reading.Settled + reading.Unsettled).Amount);
            Assert.False(reading.Settled.IsNegative, $"{account} is overdrawn: {reading.Settled}");
            Assert.Equal(
                units.Where(u => u.Value != 0m).OrderBy(u => u.Key.Value, StringComparer.Ordinal).Select(u => (u.Key, u.Value)),
                reading.Holdings.Select(h => (h.Instrument, h.Quantity.Units)).OrderBy(h => h.Instrument.Value, StringComparer.Ordinal));
        }
    }

    private static async Task<IReadOnlyList<BrokerOrder>> Orders(PaperTown town, AccountId account) =>
        await town.Broker.OrdersAsync(account, Day("2026-10-01"), TestContext.Current.CancellationToken);

    private static bool Tried(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
