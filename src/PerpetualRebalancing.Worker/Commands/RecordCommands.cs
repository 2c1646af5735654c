using System.CommandLine;
using System.Globalization;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary>Commands that record what happened, dated and with who said so: <c>phase set</c>, <c>job-loss</c>, <c>income add</c> and
/// <c>tax paid</c>.</summary>
public static class RecordCommands
{
    /// <summary>Builds <c>phase</c>.</summary>
    public static Command BuildPhase(CommandContext context)
    {
        var phase = new Argument<Phase>("PHASE") { Description = "accumulation or retirement", CustomParser = Choice.Of<Phase>("PHASE") };
        var set = new ExampleCommand("set", "Change the phase", "phase set retirement") { phase };
        set.SetAction((parsed, _) => DeskCommand.RecordAsync(context, parsed, desk =>
        {
            desk.Store.Transact(DeskCommand.Person, t => t.Append(new Fact.PhaseSet(parsed.GetValue(phase))));
            return $"The phase is {parsed.GetValue(phase).ToString().ToLowerInvariant()} from now on.";
        }));
        return new ExampleCommand("phase", "Say where in life the household is", "phase set retirement") { set };
    }

    /// <summary>Builds <c>job-loss</c>.</summary>
    public static Command BuildJobLoss(CommandContext context)
    {
        var state = new Argument<string>("STATE") { Description = "on or off" };
        state.AcceptOnlyFromAmong("on", "off");
        var command = new ExampleCommand(
            "job-loss", "Declare or end a job loss: spending draws on the emergency reserve, and topping it up is suspended", "job-loss on", "job-loss off") { state };
        command.SetAction((parsed, _) => DeskCommand.RecordAsync(context, parsed, desk =>
        {
            var on = parsed.GetValue(state) == "on";
            desk.Store.Transact(DeskCommand.Person, t =>
            {
                if (on && t.State.Phase == Phase.Retirement)
                {
                    throw new ConfigurationException("job-loss: the household is in retirement; allowed: in accumulation only");
                }

                t.Append(new Fact.JobLossSet(on));
            });
            return on ? "Job loss is declared: essential spending draws on the emergency reserve." : "Job loss is over: the default priorities hold again.";
        }));
        return command;
    }

    /// <summary>Builds <c>income</c>.</summary>
    public static Command BuildIncome(CommandContext context)
    {
        var account = Account();
        var amount = Amount("Above zero, in the account's currency");
        var kind = new Option<IncomeKind>("--kind") { Description = "What it is (default other)", DefaultValueFactory = _ => IncomeKind.Other, CustomParser = Choice.Of<IncomeKind>("--kind") };
        var note = new Option<string>("--note") { Description = "For the record", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var add = new ExampleCommand("add", "Record cash that came in and that no adapter sees", "income add --account asha-demat --amount 150000 --kind salary") { account, amount, kind, note };
        add.SetAction((parsed, _) => DeskCommand.RecordAsync(context, parsed, desk =>
        {
            var money = MoneyOf(desk, parsed.GetRequiredValue(account), parsed.GetRequiredValue(amount));
            var note1 = parsed.GetValue(note) is { Length: > 0 } text ? text : parsed.GetValue(kind).ToString();
            Incomes.Record(desk, new AccountId(parsed.GetRequiredValue(account)), money, parsed.GetValue(kind), note1, null, DeskCommand.Person);
            return $"{MoneyFormat.Text(money)} of {parsed.GetValue(kind).ToString().ToLowerInvariant()} is recorded in {parsed.GetValue(account)}.";
        }));
        return new ExampleCommand("income", "Record income", "income add --account asha-demat --amount 150000 --kind salary") { add };
    }

    /// <summary>Builds <c>tax paid</c>.</summary>
    public static Command BuildTaxPaid(CommandContext context)
    {
        var account = Account();
        var amount = Amount("What was paid, in the account's currency");
        var reference = new Option<string>("--reference") { Description = "Challan or confirmation number", HelpName = "TEXT", Required = true };
        var on = new Option<DateOnly?>("--on")
        {
            Description = "Payment date (default today)",
            HelpName = "DATE",
            CustomParser = result =>
            {
                if (DateOnly.TryParseExact(result.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                {
                    return day;
                }

                result.AddError($"--on: is '{result.Tokens[0].Value}'; allowed: a date like 2026-09-15");
                return null;
            },
        };
        var paid = new ExampleCommand("paid", "Record a tax payment; only this lets the tax reserve go down", "tax paid --account asha-demat --amount 42000 --reference CIN1234567 --on 2026-09-15") { account, amount, reference, on };
        paid.SetAction((parsed, token) => DeskCommand.RecordAsync(context, parsed, async desk =>
        {
            var money = MoneyOf(desk, parsed.GetRequiredValue(account), parsed.GetRequiredValue(amount));
            var owner = desk.Policy.Account(new AccountId(parsed.GetRequiredValue(account)));
            var now = desk.Time.GetUtcNow();
            var day = parsed.GetValue(on) ?? desk.LocalDate(now);
            if (day > desk.LocalDate(now))
            {
                throw new ConfigurationException($"tax paid: --on: is {day:yyyy-MM-dd}, which is in the future; allowed: today or earlier");
            }

            var inBase = (await desk.Outside.FxAsync(token)).Convert(money, desk.Policy.Base).Rounded;
            var number = parsed.GetRequiredValue(reference);
            if (desk.Store.Facts().Any(f => f.Fact is Fact.TaxPaid known && known.Reference == number))
            {
                return $"A payment with the reference {number} is already recorded; nothing changed.";
            }

            desk.Bank?.Withdraw(owner.Id, money, $"tax {number}", $"tax/{number}");
            desk.Store.Transact(DeskCommand.Person, t => t.Append(new Fact.TaxPaid(owner.Member, owner.Id, money, inBase, day, number)));
            return $"A tax payment of {MoneyFormat.Text(money)} for {owner.Member} on {day:yyyy-MM-dd} is recorded ({number}).";
        }));
        return paid;
    }

    private static Option<string> Account() => new("--account") { Description = "An account of the household", HelpName = "ID", Required = true };

    private static Option<decimal?> Amount(string description)
    {
        var option = AmountOption.Build("--amount", description);
        option.Required = true;
        return option;
    }

    private static Money MoneyOf(Desk desk, string account, decimal? amount)
    {
        var known = desk.Policy.Accounts.FirstOrDefault(a => a.Id.Value == account)
            ?? throw new ConfigurationException($"--account: is '{account}', which is unknown; allowed: {string.Join(", ", desk.Policy.Accounts.Select(a => a.Id))}");
        return amount is { } value and > 0m && decimal.Round(value, 2) == value
            ? new Money(value, known.Currency)
            : throw new ConfigurationException($"--amount: is {amount}; allowed: above zero, with at most two decimals");
    }
}
