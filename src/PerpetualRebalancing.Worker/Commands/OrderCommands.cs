using System.CommandLine;
using System.Globalization;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>orders resolve</c>: a person says what became of an order that nobody knows about.</summary>
public static class OrderCommands
{
    /// <summary>Builds <c>orders</c>.</summary>
    public static Command Build(CommandContext context)
    {
        var batch = new Argument<string>("BATCH") { Description = "The batch's short code, as 'status' shows it" };
        var leg = new Argument<string>("LEG") { Description = "The leg in doubt, for example B2" };
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
                if (!answer.IsKnown)
                {
                    throw new ConfigurationException($"orders resolve: {answer.Words}");
                }

                if (answer.IsRecorded)
                {
                    await DeskCommand.AdvanceAsync(desk, cancellationToken);
                }

                context.OutputOf(parsed).Say(MoneyFormat.Sentence(answer.Words), answer.IsRecorded ? Tone.Good : Tone.Bad);
                return answer.IsRecorded ? ExitCode.Done : ExitCode.Failed;
            });
        });
        return new ExampleCommand("orders", "Answer for orders that need a person", "orders resolve 8f6a67c519 B2 --filled 40 --price 712.35") { resolve };
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
