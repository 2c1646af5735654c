using System.CommandLine;
using PerpetualRebalancing.Adapters.Brokers.Ibkr;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Statements;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Statements;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>lots</c>: what was bought when and for how much, taken from statements: <c>import</c>, <c>list</c>, <c>reconcile</c>
/// and <c>undo</c>.</summary>
public static class LotsCommands
{
    /// <summary>Builds the command.</summary>
    public static Command Build(CommandContext context) =>
        new ExampleCommand("lots", "Lots from statements: import, list, reconcile, undo", "lots import tradebook.csv --account asha-demat", "lots list --account asha-demat")
        {
            Import(context), Fetch(context), List(context), Reconcile(context), Undo(context),
        };

    private static ExampleCommand Import(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "A statement: casparser JSON, Zerodha tradebook, IBKR Flex XML or the plain CSV" };
        var account = new Option<string>("--account") { Description = "Whose statement it is", HelpName = "ID", Required = true };
        var kind = new Option<StatementKind?>("--kind")
        {
            Description = "What wrote it: plain, zerodha, casparser, flex, actions (default: looks at the file)",
            HelpName = "KIND",
            CustomParser = result => Choice.Of<StatementKind>("--kind")(result),
        };
        var actions = new Option<string?>("--corporate-actions") { Description = "Splits, bonuses, mergers and transfers that the statement leaves out, CSV", HelpName = "FILE" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what it would do" };
        var command = new ExampleCommand(
            "import", "Take the lots of a statement; the same file twice changes nothing, a later one replaces the days it covers",
            "lots import cas.json --account asha-demat --dry-run",
            "lots import tradebook.csv --account asha-demat --corporate-actions actions.csv",
            "lots import flex.xml --account asha-global")
        { file, account, kind, actions, dryRun };
        command.SetAction((parsed, token) =>
        {
            var isDryRun = parsed.GetValue(dryRun);
            async Task<int> Work(Desk desk)
            {
                var request = new ImportRequest(
                    Path.GetFullPath(parsed.GetRequiredValue(file), context.Folder), AccountOf(desk, parsed.GetRequiredValue(account)), parsed.GetValue(kind),
                    parsed.GetValue(actions) is { } beside ? Path.GetFullPath(beside, context.Folder) : null);
                var book = new StatementBook(desk);

                // What it says about open instructions comes first: with their batch open, no lots are taken.
                var matching = new InstructionMatching(desk);
                if (!isDryRun && matching.HasOpen(request.Account.Id) && await matching.AnswerAsync(book.Read(request), token) is { IsEmpty: false } answered)
                {
                    var output = context.OutputOf(parsed);
                    output.Say(string.Join('\n', answered));
                    output.Say("The lots of this file were not taken: give the command again once the batch is closed.");
                    return ExitCode.Done;
                }

                var report = book.Import(request, isDryRun, DeskCommand.Person);
                context.OutputOf(parsed).Show(() => LotsView.Render(report, "imported"), () => LotsView.Json(report));
                return ExitCode.Done;
            }

            return isDryRun ? DeskCommand.LookAsync(context, parsed, Work) : DeskCommand.RunAsync(context, parsed, Work);
        });
        return command;
    }

    private static ExampleCommand Fetch(CommandContext context)
    {
        var account = new Option<string>("--account") { Description = "An account at Interactive Brokers", HelpName = "ID", Required = true };
        var command = new ExampleCommand(
            "fetch", "Fetch the statement of a Flex query (trades and open lots) and take its lots, as 'import' does", "lots fetch --account asha-global") { account };
        command.SetAction((parsed, token) => DeskCommand.RunAsync(context, parsed, async desk =>
        {
            var owner = AccountOf(desk, parsed.GetRequiredValue(account));
            var (flexToken, query) = (desk.Settings.Secrets.Require(owner.Id, "FLEX_TOKEN", "the token of the Flex Web Service"), desk.Settings.Secrets.Require(owner.Id, "FLEX_QUERY", "the number of the Flex query"));
            using var flex = new FlexService(desk.Services.Flex, flexToken, context.Clock);
            var file = Path.Combine(desk.Settings.DataFolder, $"flex-{owner.Id}-{desk.LocalDate(desk.Time.GetUtcNow()):yyyyMMdd}.xml");
            await File.WriteAllBytesAsync(file, await flex.ReadAsync(query, token), token);
            var report = new StatementBook(desk).Import(new ImportRequest(file, owner, StatementKind.Flex, null), false, DeskCommand.Person);
            context.OutputOf(parsed).Show(() => LotsView.Render(report, "imported"), () => LotsView.Json(report));
            return ExitCode.Done;
        }));
        return command;
    }

    private static ExampleCommand List(CommandContext context)
    {
        var account = new Option<string?>("--account") { Description = "Only this account's", HelpName = "ID" };
        var instrument = new Option<string?>("--instrument") { Description = "Only this instrument's", HelpName = "ID" };
        var csv = new Option<bool>("--csv") { Description = "As the plain CSV that 'lots import' takes; one account" };
        var command = new ExampleCommand(
            "list", "Show every lot, its cost and its term today", "lots list --account asha-demat --instrument NIFTYBEES", "lots list --account asha-demat --csv > lots.csv")
        { account, instrument, csv };
        command.SetAction((parsed, _) => DeskCommand.LookAsync(context, parsed, desk =>
        {
            var owner = parsed.GetValue(account) is { } id ? AccountOf(desk, id) : null;
            var only = parsed.GetValue(instrument) is { } name
                ? desk.Policy.Instruments.FirstOrDefault(i => i.Id.Value == name) ?? throw new ConfigurationException(
                    $"--instrument: is '{name}', which is unknown; allowed: {string.Join(", ", desk.Policy.Instruments.Select(i => i.Id))}")
                : null;
            bool Shown(Domain.Ledger.Position p) => (owner is null || p.Account == owner.Id) && (only is null || p.Instrument == only.Id);
            if (parsed.GetValue(csv))
            {
                var held = LotRow.Held(
                    desk.Policy, desk.Store.State, owner is null ? throw new ConfigurationException("--csv: a file is of one account; allowed: with --account") : Shown);
                context.Out.Write(PlainStatementWriter.Write(held, desk.LocalDate(desk.Time.GetUtcNow())));
                return Task.FromResult(ExitCode.Done);
            }

            var lots = LotRow.Of(desk, Shown);
            context.OutputOf(parsed).Show(() => LotsView.Render(lots), () => LotsView.Json(lots));
            return Task.FromResult(ExitCode.Done);
        }));
        return command;
    }

    private static ExampleCommand Reconcile(CommandContext context)
    {
        var command = new ExampleCommand(
            "reconcile", "Hold the lots against the units that the accounts report; what differs is not sellable (exit code 3)", "lots reconcile", "lots reconcile --json");
        command.SetAction((parsed, cancellationToken) => DeskCommand.LookAsync(context, parsed, async desk =>
        {
            var positions = await ReconciledPosition.OfAsync(desk, cancellationToken);
            context.OutputOf(parsed).Show(() => LotsView.Render(positions), () => LotsView.Json(positions));
            return positions.All(p => p.IsSellable) ? ExitCode.Done : ExitCode.Blocked;
        }));
        return command;
    }

    private static ExampleCommand Undo(CommandContext context)
    {
        var import = new Argument<long>("IMPORT") { Description = "The number that 'lots import' gave" };
        var command = new ExampleCommand("undo", "Take an import back: the lots are what they would be without it", "lots undo 3") { import };
        command.SetAction((parsed, _) => DeskCommand.RunAsync(context, parsed, desk =>
        {
            var report = new StatementBook(desk).Undo(parsed.GetRequiredValue(import), DeskCommand.Person);
            context.OutputOf(parsed).Show(() => LotsView.Render(report, "undone"), () => LotsView.Json(report));
            return Task.FromResult(ExitCode.Done);
        }));
        return command;
    }

    private static Account AccountOf(Desk desk, string id) => desk.Policy.Accounts.FirstOrDefault(a => a.Id.Value == id)
        ?? throw new ConfigurationException($"--account: is '{id}', which is unknown; allowed: {string.Join(", ", desk.Policy.Accounts.Select(a => a.Id))}");
}
