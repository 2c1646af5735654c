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
        var portfolio = new Option<string>("--portfolio") { Description = "Classes with values and targets, in CSV or JSON", HelpName = "FILE", Required = true };
        var cash = AmountOption.Build("--cash", "New money to invest; it can buy every class");
        var currency = new Option<Currency?>("--currency")
        {
            Description = "The currency of a CSV file and of --cash (default INR)",
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

        var command = new ExampleCommand(
            "plan",
            "Say where new money would go, and prove it; nothing is recorded or ordered",
            "plan --portfolio spreadsheet.csv --cash 250000",
            "plan --portfolio spreadsheet.csv --cash 2,50,000 --json",
            "plan --portfolio pools.json")
        {
            portfolio, cash, currency,
        };
        command.SetAction(parsed =>
        {
            var path = System.IO.Path.GetFullPath(parsed.GetRequiredValue(portfolio), context.Folder);
            var plan = Spreadsheet(path, parsed.GetValue(cash), parsed.GetValue(currency));
            context.OutputOf(parsed).Show(() => SpreadsheetView.Render(plan), () => SpreadsheetView.Json(plan));
            return ExitCode.Done;
        });
        return command;
    }

    private static SpreadsheetPlan Spreadsheet(string path, decimal? cash, Currency? currency)
    {
        var file = System.IO.Path.GetFileName(path);
        var portfolio = PlanFile.Load(path) switch
        {
            PlanSource.OfSpreadsheet s => In(s.Portfolio, currency, file),
            _ => throw new ConfigurationException($"{file}: is a household file; allowed: classes with values and targets, in CSV or JSON"),
        };
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
