using System.CommandLine;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>money</c>: a person says that money which a plan asked to move was sent, has arrived, or was paid out.</summary>
public static class MoneyCommands
{
    /// <summary>Builds the command.</summary>
    public static Command Build(CommandContext context) =>
        new ExampleCommand("money", "Say that money was moved as a plan asked: sent, arrived, paid", "money sent 8f6a67c519 F1", "money arrived 8f6a67c519 F1 --amount 1180.25")
        {
            Sent(context), Arrived(context), Paid(context),
        };

    private static ExampleCommand Sent(CommandContext context)
    {
        var (batch, leg) = OrderCommands.Leg();
        var fee = AmountOption.Build("--fee", "What the sender paid on top (default: what the plan expected)");
        var command = new ExampleCommand("sent", "The money of a funding leg is on its way", "money sent 8f6a67c519 F1", "money sent 8f6a67c519 F1 --fee 1250") { batch, leg, fee };
        command.SetAction((parsed, token) => DeskCommand.RunAsync(context, parsed, desk => OrderCommands.TellAsync(
            context, parsed, desk,
            new MovedByHand(desk).Sent(
                parsed.GetRequiredValue(batch), parsed.GetRequiredValue(leg),
                parsed.GetValue(fee) is { } paid && LegOf(desk, parsed.GetRequiredValue(batch), parsed.GetRequiredValue(leg)) is { } of ? new Money(paid, of.Plan.Value.Currency) : null,
                DeskCommand.Person),
            token)));
        return command;
    }

    private static ExampleCommand Arrived(CommandContext context)
    {
        var (batch, leg) = OrderCommands.Leg();
        var amount = AmountOption.Build("--amount", "What arrived, in the receiver's currency");
        amount.Required = true;
        var command = new ExampleCommand("arrived", "The money of a funding leg is there", "money arrived 8f6a67c519 F1 --amount 1180.25") { batch, leg, amount };
        command.SetAction((parsed, token) => DeskCommand.RunAsync(context, parsed, desk =>
        {
            var (of, name) = (parsed.GetRequiredValue(batch), parsed.GetRequiredValue(leg));
            var currency = LegOf(desk, of, name)?.Plan.To is { } to ? desk.Policy.Account(to).Currency : desk.Policy.Base;
            return OrderCommands.TellAsync(
                context, parsed, desk, new MovedByHand(desk).Arrived(of, name, new Money(parsed.GetRequiredValue(amount)!.Value, currency), DeskCommand.Person), token);
        }));
        return command;
    }

    private static ExampleCommand Paid(CommandContext context)
    {
        var (batch, leg) = OrderCommands.Leg();
        var command = new ExampleCommand("paid", "A withdrawal was paid out", "money paid 8f6a67c519 W1") { batch, leg };
        command.SetAction((parsed, token) => DeskCommand.RunAsync(context, parsed, desk => OrderCommands.TellAsync(
            context, parsed, desk, new MovedByHand(desk).Paid(parsed.GetRequiredValue(batch), parsed.GetRequiredValue(leg), DeskCommand.Person), token)));
        return command;
    }

    private static Domain.Ledger.Leg? LegOf(Desk desk, string batch, string leg) => desk.Store.State.BatchOf(batch)?.LegOf(leg);
}
