using System.CommandLine;
using System.Globalization;
using System.Text;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>tax</c>: what a sale would cost, what a year holds, what the accountant needs, what was paid.</summary>
public static class TaxCommands
{
    /// <summary>Builds the command.</summary>
    public static Command Build(CommandContext context) => new ExampleCommand(
        "tax", "Preview the tax of a sale, show and export a tax year, record payments",
        "tax preview --sell NIFTYBEES --quantity 100", "tax year", "tax export --out gains.csv", "tax paid --account asha-demat --amount 42000 --reference CIN1234567")
    {
        BuildPreview(context), BuildYear(context), BuildExport(context), RecordCommands.BuildTaxPaid(context),
    };

    private static ExampleCommand BuildPreview(CommandContext context)
    {
        var sell = new Option<string?>("--sell") { Description = "An instrument to sell", HelpName = "INSTRUMENT" };
        var quantity = new Option<decimal?>("--quantity") { Description = "With --sell: how many units", HelpName = "UNITS", CustomParser = Units };
        var account = new Option<string?>("--account") { Description = "With --sell: where they lie, when several accounts hold some", HelpName = "ID" };
        var raise = AmountOption.Build("--raise", "Instead: what is to be left after charges and tax, in the household's currency");
        var shortTerm = new Option<bool>("--allow-short-term") { Description = "With --raise: sell short-term lots too" };
        var command = new ExampleCommand(
            "preview", "Show which lots a sale would take, their gain and the tax; nothing is changed",
            "tax preview --sell NIFTYBEES --quantity 100", "tax preview --sell NIFTYBEES --quantity 100 --account ravi-demat --json", "tax preview --raise 5,00,000")
        {
            sell, quantity, account, raise, shortTerm,
        };
        command.SetAction((parsed, cancellationToken) => DeskCommand.LookAsync(context, parsed, async desk =>
        {
            var (instrument, units, wanted) = (parsed.GetValue(sell), parsed.GetValue(quantity), parsed.GetValue(raise));
            if ((instrument is null) == (wanted is null) || (instrument is null) != (units is null))
            {
                throw new ConfigurationException("tax preview: allowed: --sell INSTRUMENT with --quantity UNITS, or --raise AMOUNT");
            }

            var slot = Slot.Of(desk.LocalDate(desk.Time.GetUtcNow()));
            var inputs = await desk.LookAsync(slot, ReviewKind.AdHoc, parsed.GetValue(shortTerm), desk.ReadRules().Books, cancellationToken);
            SalePreview preview;
            try
            {
                preview = wanted is { } amount
                    ? SalePreview.Of(desk.Policy, desk.Store.State, inputs, new Money(amount, desk.Policy.Base))
                    : Sell(desk, inputs, instrument!, units!.Value, parsed.GetValue(account));
            }
            catch (InvalidOperationException e)
            {
                throw new ConfigurationException($"tax preview: {e.Message}");
            }

            context.OutputOf(parsed).Show(() => TaxView.Render(preview, desk.Policy), () => TaxView.Json(preview));
            return ExitCode.Done;
        }));
        return command;
    }

    private static SalePreview Sell(Desk desk, ReviewInputs inputs, string name, decimal units, string? account)
    {
        var instrument = desk.Policy.Instruments.FirstOrDefault(i => i.Id.Value == name) ?? throw new ConfigurationException(
            $"--sell: is '{name}', which is unknown; allowed: {string.Join(", ", desk.Policy.Instruments.Select(i => i.Id))}");
        if (units % instrument.UnitStep.Units != 0m)
        {
            throw new ConfigurationException($"--quantity: is {Canonical.Text(units)}; allowed: multiples of {instrument.UnitStep}, the unit step of {instrument.Id}");
        }

        var holders = desk.Policy.Accounts.Select(a => a.Id).Where(a => desk.Store.State.Lots.ContainsKey(new Position(a, instrument.Id))).ToArray();
        var holder = account is null && holders.Length == 1 ? holders[0] : holders.FirstOrDefault(a => a.Value == account);
        return holder is null
            ? throw new ConfigurationException(holders.Length == 0
                ? $"--sell: no account holds {instrument.Id}; 'lots list' shows what is held"
                : $"--account: is {(account is null ? "missing" : $"'{account}'")}; allowed: {string.Join(", ", holders.AsEnumerable())}, which hold {instrument.Id}")
            : SalePreview.Of(desk.Policy, desk.Store.State, inputs, holder, instrument, new Quantity(units));
    }

    private static ExampleCommand BuildYear(CommandContext context)
    {
        var name = Year();
        var command = new ExampleCommand("year", "Show each member's tax year by section, and when which tax is due", "tax year", "tax year 2026-27 --json") { name };
        command.SetAction((parsed, token) => DeskCommand.LookAsync(context, parsed, async desk =>
        {
            var report = TaxYearReport.Of(desk, parsed.GetValue(name), await desk.Outside.FxAsync(token));
            context.OutputOf(parsed).Show(() => TaxView.Render(report, desk.Policy), () => TaxView.Json(report));
            return ExitCode.Done;
        }));
        return command;
    }

    private static ExampleCommand BuildExport(CommandContext context)
    {
        var name = Year();
        var file = new Option<string?>("--out") { Description = "Where to write it (default standard output)", HelpName = "FILE" };
        var command = new ExampleCommand(
            "export", "Write one row per lot sold, for an accountant: CSV", "tax export 2026-27 --out gains.csv", "tax export") { name, file };
        command.SetAction((parsed, _) => DeskCommand.LookAsync(context, parsed, desk =>
        {
            var text = TaxExport.Csv(desk, parsed.GetValue(name));
            if (parsed.GetValue(file) is not { } path)
            {
                context.Out.Write(text);
                return Task.FromResult(ExitCode.Done);
            }

            var full = Path.GetFullPath(path, context.Folder);
            try
            {
                // An accountant's file of last year is not ours to overwrite.
                using var stream = new FileStream(full, FileMode.CreateNew, FileAccess.Write);
                stream.Write(Encoding.UTF8.GetBytes(text));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ConfigurationException($"--out: {full} cannot be written ({e.Message}); allowed: a new file in a folder that may be written");
            }

            context.OutputOf(parsed).Say($"{text.Count(c => c == '\n') - 1} rows are in {full}. They are what an estimate was made of, not advice.");
            return Task.FromResult(ExitCode.Done);
        }));
        return command;
    }

    private static Argument<string?> Year() => new("YEAR")
    {
        Description = "A tax year: 2026-27 in India, 2026 in the United States (default the current one)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static decimal? Units(System.CommandLine.Parsing.ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var units) && units is > 0m and <= 1_000_000_000_000m)
        {
            return units;
        }

        result.AddError($"--quantity: is '{text}'; allowed: a plain number above 0");
        return null;
    }
}
