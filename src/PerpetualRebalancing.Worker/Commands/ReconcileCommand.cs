using System.Collections.Immutable;
using System.CommandLine;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Worker.Outside;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>reconcile</c>: holds what each account reports against what the ledger says, cash and units; changes nothing.</summary>
public static class ReconcileCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build(CommandContext context)
    {
        var command = new ExampleCommand("reconcile", "Hold each account's cash and units against the ledger; changes nothing (exit code 3 when they differ)", "reconcile", "reconcile --json");
        command.SetAction((parsed, token) => DeskCommand.LookAsync(context, parsed, async desk =>
        {
            var rows = ImmutableArray.CreateBuilder<ReconciledRow>();
            foreach (var account in desk.Policy.Accounts)
            {
                rows.AddRange(await RowsAsync(desk, account, token));
            }

            var all = rows.ToImmutable();
            context.OutputOf(parsed).Show(() => ReconciledView.Render(all), () => ReconciledView.Json(all));
            return all.All(r => r.Agrees) ? ExitCode.Done : ExitCode.Blocked;
        }));
        return command;
    }

    private static async Task<ImmutableArray<ReconciledRow>> RowsAsync(Desk desk, Account account, CancellationToken cancellationToken)
    {
        if (desk.Outside.BrokerOf(account.Id) is null)
        {
            return [new ReconciledRow(account.Id, "-", "-", "-", true, "kept by hand: there is nobody to ask")];
        }

        try
        {
            var state = desk.Store.State;
            var reading = await desk.ReadAsync(account.Id, cancellationToken);
            var (seen, booked) = (reading.Settled + reading.Unsettled, state.Accounts[account.Id].Cash);
            var cash = new ReconciledRow(account.Id, "cash", MoneyFormat.Text(seen), MoneyFormat.Text(booked), seen == booked, seen == booked ? "" : "the next review books the difference");
            return
            [
                cash,
                .. desk.Policy.Instruments.Select(i => (i.Id, Seen: reading.Holdings.FirstOrDefault(h => h.Instrument == i.Id)?.Quantity ?? Quantity.Zero, Booked: state.Held(account.Id, i.Id)))
                    .Where(h => !h.Seen.IsZero || !h.Booked.IsZero)
                    .Select(h => new ReconciledRow(
                        account.Id, h.Id.Value, MoneyFormat.Units(h.Seen), MoneyFormat.Units(h.Booked), h.Seen == h.Booked,
                        h.Seen == h.Booked ? "" : "not sellable until 'lots import' or a person explains it")),
            ];
        }
        catch (AccountUnreadException e)
        {
            return [new ReconciledRow(account.Id, "-", "-", "-", false, e.Message)];
        }
    }
}
