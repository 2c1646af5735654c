using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using PerpetualRebalancing.Domain.Lots;
using static PerpetualRebalancing.Domain.Tests.Lots.LotStory;

namespace PerpetualRebalancing.Domain.Tests.Lots;

/// <summary>What holds for every history, and for every order in which statements come and go.</summary>
public class LotHistoryProperties
{
    private static readonly DateOnly First = new(2020, 1, 1);

    private static readonly Gen<Transaction> OneTransaction =
        from day in Gen.Choose(0, 60)
        from kind in Gen.Choose(0, 9)
        from units in Gen.Choose(1, 50)
        from price in Gen.Choose(1, 500)
        from folio in Gen.Elements("", "", "A", "B")
        select Make(kind, At(First.AddDays(day).ToString("yyyy-MM-dd"), folio: folio), units, price);

    private static readonly Gen<Transaction[]> History = OneTransaction.ArrayOf(40);

    private static readonly Gen<ImmutableArray<Statement>> Imports =
        from pieces in (from bounds in Gen.Choose(0, 60).Two() from lines in OneTransaction.ArrayOf(12) select Period(bounds.Item1, bounds.Item2, lines)).ArrayOf(4)
        select pieces.ToImmutableArray();

    [Fact]
    public void No_lot_is_ever_negative_or_empty_whatever_is_said_to_have_happened() => Property.Holds(History, history =>
    {
        var replay = LotHistory.Of(Account, Currency.Inr, history);
        foreach (var lot in replay.Lots.Values.SelectMany(l => l).Concat(replay.Disposals.SelectMany(d => d.Taken)))
        {
            Assert.True(lot.Remaining.Units > 0m && lot.CostPerUnit.Amount >= 0m, $"{lot}");
        }
    });

    [Fact]
    public void A_sale_never_leaves_an_older_unit_of_its_folio_behind() => Property.Holds(History, history =>
    {
        // Bookkeeping of its own: what each folio must still hold of each day's units when the oldest always go first.
        var trades = history.Where(t => t is Transaction.Bought or Transaction.Sold).Select(InFolioA).ToArray();
        var replay = LotHistory.Of(Account, Currency.Inr, trades);
        var queue = new List<(DateOnly Day, decimal Units)>();
        foreach (var trade in trades.OrderBy(t => t.At.On).ThenBy(t => t is Transaction.Sold))
        {
            if (trade is Transaction.Bought bought)
            {
                queue.Add((bought.At.On, bought.Units.Units));
                continue;
            }

            for (var left = ((Transaction.Sold)trade).Units.Units; left > 0m && queue.Count > 0; left -= 1m)
            {
                queue[0] = (queue[0].Day, queue[0].Units - 1m);
                if (queue[0].Units == 0m)
                {
                    queue.RemoveAt(0);
                }
            }
        }

        Assert.Equal(queue.Select(q => (q.Day, q.Units)), replay.Of(Nifty).Select(l => (l.Acquired, l.Remaining.Units)));
        foreach (var disposal in replay.Disposals)
        {
            Assert.Equal(disposal.Taken.Select(t => t.Acquired).Order(), disposal.Taken.Select(t => t.Acquired));
        }
    });

    [Fact]
    public void Units_are_conserved_what_came_less_what_went_is_there() => Property.Holds(History, history =>
    {
        var trades = history.Where(t => t is Transaction.Bought or Transaction.Sold or Transaction.Bonus).ToArray();
        var replay = LotHistory.Of(Account, Currency.Inr, trades);
        if (replay.Faults.IsEmpty)
        {
            var came = trades.Sum(t => t is Transaction.Bought b ? b.Units.Units : t is Transaction.Bonus x ? x.Units.Units : 0m);
            Assert.Equal(came - trades.OfType<Transaction.Sold>().Sum(s => s.Units.Units), replay.Of(Nifty).Sum(l => l.Remaining.Units));
        }
    });

    [Fact]
    public void No_sequence_of_imports_makes_an_empty_lot_or_gives_a_name_twice() => Property.Holds(Imports, statements =>
    {
        var replay = Account2020(statements).Replay();
        Assert.All(replay.Of(Nifty), l => Assert.True(l.Remaining.Units > 0m));
        Assert.Equal(replay.Of(Nifty).Select(l => l.Id).Distinct().Count(), replay.Of(Nifty).Length);
    });

    [Fact]
    public void The_latest_statement_wins_for_its_period_and_everything_else_stays() => Property.Holds(Imports, statements =>
    {
        var all = Account2020(statements).Transactions.ToArray();
        var last = statements[^1];
        Assert.Equal(last.Transactions, all.Where(t => last.Covers(t.At.Instrument, t.At.On)));
        if (statements.Length > 1)
        {
            var before = Account2020(statements[..^1]).Transactions.Where(t => !last.Covers(t.At.Instrument, t.At.On));
            Assert.Equal(before, all.Where(t => !last.Covers(t.At.Instrument, t.At.On)));
        }
    });

    [Fact]
    public void The_same_statement_twice_is_the_same_as_once() => Property.Holds(Imports, statements =>
    {
        var once = Account2020(statements).Replay();
        var twice = Account2020(statements.Add(statements[^1])).Replay();
        Assert.Equal(once.Of(Nifty), twice.Of(Nifty));
    });

    private static AccountHistory Account2020(ImmutableArray<Statement> statements) => new(Account, Currency.Inr, First.AddDays(-1), [], statements);

    private static Statement Period(int a, int b, Transaction[] lines)
    {
        var (from, to) = (First.AddDays(Math.Min(a, b)), First.AddDays(Math.Max(a, b)));
        return new Statement(Account, from, to, StatementOwner.Unnamed, [.. lines.Where(l => from <= l.At.On && l.At.On <= to)], []);
    }

    private static Transaction InFolioA(Transaction transaction) => transaction with { At = transaction.At with { Folio = "A" } };

    private static Transaction Make(int kind, Origin at, int units, int price) => kind switch
    {
        0 or 1 or 2 or 3 => new Transaction.Bought(at, new Quantity(units), price, 0m),
        4 or 5 => new Transaction.Sold(at, new Quantity(units), price, 0m),
        6 => new Transaction.Bonus(at, new Quantity(units)),
        7 => new Transaction.Split(at, units % 2 == 0 ? 10m : 1m, units % 2 == 0 ? 1m : 2m),
        8 => new Transaction.Consolidated(at, new Quantity(units), Direct, at.Folio, new Quantity(price / 7m)),
        _ => new Transaction.TransferredIn(at, new Quantity(units), at.On.AddDays(-units), price),
    };
}
