using System.Collections.Immutable;
using System.CommandLine;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.WaterFilling;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>plan</c>: where new money would go. Touches no state and needs no network.</summary>
public static class PlanCommand
{
    private const string CashPool = "cash";

    /// <summary>Builds the command.</summary>
    public static Command Build(CommandContext context)
    {
        var portfolio = new Option<string>("--portfolio")
        {
            Description = "A household file, or classes with values and targets in CSV or JSON",
            HelpName = "FILE",
            Required = true,
        };
        var cash = AmountOption.Build("--cash", "New money to invest");
        var currency = new Option<Currency?>("--currency")
        {
            Description = "The currency of --cash, and of a CSV file (default INR)",
            HelpName = "CODE",
            CustomParser = result =>
            {
                if (Currency.TryParse(result.Tokens[0].Value, out var known))
                {
                    return known;
                }

                result.AddError($"--currency: is '{result.Tokens[0].Value}'; allowed: {string.Join(", ", Currency.Known)}");
                return null;
            },
        };

        var account = Text("--account", "ID", "Household: where the money arrives (default the first account of its currency)");
        var opening = Text("--opening", "FILE", "Household: what it owns (default opening.json beside the household file)");
        var prices = Text("--prices", "FILE", "Household: prices by day (default paper/prices.csv in the configuration folder)");
        var date = Text("--date", "YYYY-MM-DD", "Household: the day to plan for (default the day of the opening book)");

        var command = new ExampleCommand(
            "plan",
            "Say where new money would go, and prove it; nothing is recorded or ordered",
            "plan --portfolio spreadsheet.csv --cash 250000",
            "plan --portfolio spreadsheet.csv --cash 2,50,000 --json",
            "plan --portfolio pools.json",
            "plan --portfolio config/household.json --cash 100000",
            "plan --portfolio config/household.json --cash 500 --currency USD --date 2026-07-31")
        {
            portfolio, cash, currency, account, opening, prices, date,
        };
        command.SetAction(parsed =>
        {
            var path = System.IO.Path.GetFullPath(parsed.GetRequiredValue(portfolio), context.Folder);
            var output = context.OutputOf(parsed);
            switch (PlanFile.Load(path))
            {
                case PlanSource.OfSpreadsheet spreadsheet:
                    foreach (var option in new[] { account, opening, prices, date }.Where(o => parsed.GetResult(o) is not null))
                    {
                        throw new ConfigurationException($"{option.Name}: {System.IO.Path.GetFileName(path)} is only a spreadsheet; allowed: leave {option.Name} out, or name a household file");
                    }

                    var answer = Spreadsheet(path, spreadsheet.Portfolio, parsed.GetValue(cash), parsed.GetValue(currency));
                    output.Show(() => SpreadsheetView.Render(answer), () => SpreadsheetView.Json(answer));
                    break;

                case PlanSource.OfHousehold household:
                    foreach (var warning in household.Loaded.Warnings)
                    {
                        context.Error.WriteLine($"warning: {warning}");
                    }

                    var policy = household.Loaded.Household;
                    var plan = new WhatIf(path, policy, context.SettingsOf(parsed).ConfigFolder).Plan(
                        Full(parsed.GetValue(opening)), Full(parsed.GetValue(prices)), parsed.GetValue(date),
                        parsed.GetValue(cash), parsed.GetValue(currency), parsed.GetValue(account));
                    output.Show(() => PlanView.Render(plan, policy), () => PlanView.Json(plan));
                    break;
            }

            return ExitCode.Done;

            string? Full(string? name) => name is null ? null : System.IO.Path.GetFullPath(name, context.Folder);
        });
        return command;
    }

    private static Option<string?> Text(string name, string hint, string description) => new(name) { Description = description, HelpName = hint };

    private static SpreadsheetPlan Spreadsheet(string path, SpreadsheetPortfolio read, decimal? cash, Currency? currency)
    {
        var file = System.IO.Path.GetFileName(path);
        var portfolio = In(read, currency, file);
        var pools = portfolio.Pools;
        if (cash is { } amount)
        {
            pools = pools.Add(new SpreadsheetPool(Unused(pools), new Money(amount, portfolio.Currency), [.. portfolio.Classes.Select(c => c.Class)]));
        }

        if (pools.IsEmpty)
        {
            throw new ConfigurationException($"--cash: is missing, and {file} has no pools; allowed: an amount to invest, for example --cash 250000");
        }

        if (portfolio.Classes.Length > PoolProblem<decimal>.MaxClasses)
        {
            throw new ConfigurationException($"{file}: classes: there are {portfolio.Classes.Length}; allowed: at most {PoolProblem<decimal>.MaxClasses}");
        }

        return pools.Length <= PoolProblem<decimal>.MaxPools
            ? SpreadsheetPlan.Of(portfolio, pools)
            : throw new ConfigurationException($"{file}: pools: there are {pools.Length} with --cash; allowed: at most {PoolProblem<decimal>.MaxPools}");
    }

    /// <summary>A CSV file does not say its currency, so the command line may; a JSON file does, and must not be contradicted.</summary>
    private static SpreadsheetPortfolio In(SpreadsheetPortfolio portfolio, Currency? currency, string file)
    {
        if (currency is not { } wanted || wanted == portfolio.Currency)
        {
            return portfolio;
        }

        return System.IO.Path.GetExtension(file).Equals(".csv", StringComparison.OrdinalIgnoreCase)
            ? portfolio with { Currency = wanted, Classes = [.. portfolio.Classes.Select(c => c with { Value = new Money(c.Value.Amount, wanted) })] }
            : throw new ConfigurationException($"--currency: is {wanted}, but {file} is in {portfolio.Currency}; allowed: {portfolio.Currency}, or leave it out");
    }

    private static string Unused(ImmutableArray<SpreadsheetPool> pools)
    {
        var name = CashPool;
        while (pools.Any(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            name = $"new {name}";
        }

        return name;
    }
}
