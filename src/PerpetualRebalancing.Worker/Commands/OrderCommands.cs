using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>orders resolve</c>: a person says what became of an order that nobody knows about.</summary>
public static class OrderCommands
{
    /// <summary>Builds <c>orders</c>.</summary>
    public static Command Build(CommandContext context)
    {
        var (batch, leg) = Leg();
        var filled = Number("--filled", "QUANTITY", "So many units changed hands");
        var price = Number("--price", "PRICE", "Per unit, in the instrument's currency; with --filled");
        var notPlaced = new Option<bool>("--not-placed") { Description = "The order never reached the broker; it is placed again" };
        var reason = new Option<string?>("--reason") { Description = "How you know; with --not-placed", HelpName = "TEXT" };
        var resolve = new ExampleCommand(
            "resolve", "Say what became of a leg in doubt; refused when it contradicts the broker",
            "orders resolve 8f6a67c519 B2 --filled 40 --price 712.35", "orders resolve 8f6a67c519 B2 --not-placed --reason \"the broker's desk has no such order\"")
        {
            batch, leg, filled, price, notPlaced, reason,
        };
        resolve.SetAction((parsed, cancellationToken) =>
        {
            var (units, each, isNotPlaced, why) = (parsed.GetValue(filled), parsed.GetValue(price), parsed.GetValue(notPlaced), parsed.GetValue(reason));
            if (isNotPlaced ? units is not null || each is not null || string.IsNullOrWhiteSpace(why) : units is null || each is null || why is not null)
            {
                throw new ConfigurationException("orders resolve: allowed: --filled QUANTITY with --price PRICE, or --not-placed with --reason TEXT");
            }

            return DeskCommand.RunAsync(context, parsed, async desk =>
            {
                var (of, name) = (parsed.GetRequiredValue(batch), parsed.GetRequiredValue(leg));
                var resolution = new DoubtResolution(desk);
                var answer = isNotPlaced
                    ? await resolution.NotPlacedAsync(of, name, why!, DeskCommand.Person, cancellationToken)
                    : await resolution.FilledAsync(of, name, new Quantity(units!.Value), each!.Value, DeskCommand.Person, cancellationToken);
                return await TellAsync(context, parsed, desk, answer, cancellationToken);
            });
        });
        var orders = new ExampleCommand(
            "orders", "Orders of open batches, and those at the brokers that we did not place; answer for one that needs a person",
            "orders", "orders resolve 8f6a67c519 B2 --filled 40 --price 712.35") { resolve, Done(context), Failed(context) };
        orders.SetAction((parsed, token) => DeskCommand.LookAsync(context, parsed, async desk =>
        {
            var (rows, unread) = await RowsAsync(desk, token);
            context.OutputOf(parsed).Show(() => OrdersView.Render(rows, unread), () => OrdersView.Json(rows));
            return ExitCode.Done;
        }));
        return orders;
    }

    private static async Task<(ImmutableArray<OrderRow> Rows, ImmutableArray<string> Unread)> RowsAsync(Desk desk, CancellationToken cancellationToken)
    {
        var batches = desk.Store.State.Batches;
        var rows = batches.SelectMany(b => b.Legs.Where(l => l.Plan.Instrument is not null).Select(l => OrderRow.Of(b, l, desk.IsByHand(l)))).ToImmutableArray().ToBuilder();
        var unread = ImmutableArray.CreateBuilder<string>();
        foreach (var account in desk.Policy.Accounts.Where(a => desk.Outside.BrokerOf(a.Id) is not null))
        {
            try
            {
                var today = desk.LocalDate(desk.Time.GetUtcNow());
                var book = await desk.BrokerOf(account.Id).OrdersAsync(account.Id, today, cancellationToken);
                rows.AddRange(ForeignOrders.Among(book, desk.Store.State).Select(OrderRow.Of));
            }
            catch (UpstreamException e)
            {
                unread.Add($"{account.Id}: its book cannot be read. {e.Message}");
            }
        }

        return (rows.ToImmutable(), unread.ToImmutable());
    }

    private static ExampleCommand Done(CommandContext context)
    {
        var (batch, leg) = Leg();
        var units = Number("--units", "UNITS", "Units that were allotted or redeemed");
        var price = Number("--price", "NAV", "Per unit, in the instrument's currency");
        var on = new Option<string?>("--on") { Description = "The day of the NAV (default today)", HelpName = "DATE" };
        (units.Required, price.Required) = (true, true);
        var command = new ExampleCommand("done", "Say that you placed an instruction's order, and what came of it", "orders done 8f6a67c519 B2 --units 123.456 --price 162.01 --on 2026-11-20") { batch, leg, units, price, on };
        command.SetAction((parsed, token) => DeskCommand.RunAsync(context, parsed, async desk =>
        {
            var day = desk.LocalDate(desk.Time.GetUtcNow());
            if (parsed.GetValue(on) is { } text && !DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day))
            {
                throw new ConfigurationException($"--on: is '{text}'; allowed: a date like 2026-11-20");
            }

            var answer = await new Instructions(desk).DoneAsync(
                parsed.GetRequiredValue(batch), parsed.GetRequiredValue(leg), new Quantity(parsed.GetRequiredValue(units)!.Value), parsed.GetRequiredValue(price)!.Value, day,
                DeskCommand.Person, token);
            return await TellAsync(context, parsed, desk, answer, token);
        }));
        return command;
    }

    private static ExampleCommand Failed(CommandContext context)
    {
        var (batch, leg) = Leg();
        var reason = new Option<string>("--reason") { Description = "Why", HelpName = "TEXT", Required = true };
        var command = new ExampleCommand("failed", "Say that an instruction was not carried out; its money is carried", "orders failed 8f6a67c519 B2 --reason \"the fund takes no purchases today\"") { batch, leg, reason };
        command.SetAction((parsed, token) => DeskCommand.RunAsync(context, parsed, desk => TellAsync(
            context, parsed, desk,
            new Instructions(desk).Failed(parsed.GetRequiredValue(batch), parsed.GetRequiredValue(leg), parsed.GetRequiredValue(reason), DeskCommand.Person), token)));
        return command;
    }

    /// <summary>The two arguments that name a leg.</summary>
    internal static (Argument<string> Batch, Argument<string> Leg) Leg() => (
        new Argument<string>("BATCH") { Description = "The batch's short code, as 'status' shows it" },
        new Argument<string>("LEG") { Description = "The leg, for example B2" });

    /// <summary>Tells what came of a person's word, and works the batch on.</summary>
    internal static async Task<int> TellAsync(CommandContext context, ParseResult parsed, Desk desk, LegAnswer answer, CancellationToken cancellationToken)
    {
        if (!answer.IsKnown)
        {
            var command = parsed.CommandResult.Command;
            throw new ConfigurationException($"{command.Parents.First().Name} {command.Name}: {answer.Words}");
        }

        if (answer.IsRecorded)
        {
            await DeskCommand.AdvanceAsync(desk, cancellationToken);
        }

        context.OutputOf(parsed).Say(MoneyFormat.Sentence(answer.Words), answer.IsRecorded ? Tone.Good : Tone.Bad);
        return answer.IsRecorded ? ExitCode.Done : ExitCode.Failed;
    }

    private static Option<decimal?> Number(string name, string hint, string description) => new(name)
    {
        Description = description,
        HelpName = hint,
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number > 0m)
            {
                return number;
            }

            result.AddError($"{name}: is '{text}'; allowed: a plain number above 0, for example 712.35");
            return null;
        },
    };
}
