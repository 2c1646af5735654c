using System.Collections.Immutable;
using System.CommandLine;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Prices;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Outside;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Service;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>accounts</c>: how each account stands, logging in, and arming one for orders with real money.</summary>
public static class AccountCommands
{
    /// <summary>Builds the command.</summary>
    public static Command Build(CommandContext context)
    {
        var command = new ExampleCommand("accounts", "How each account stands: mode, login, cash, holdings (exit code 3 when one cannot be read)", "accounts", "accounts check", "accounts login asha-demat", "accounts arm asha-demat --confirm asha-demat")
        {
            Check(context), Login(context), Arm(context), Disarm(context),
        };
        command.SetAction((parsed, token) => DeskCommand.LookAsync(context, parsed, async desk =>
        {
            var rows = await RowsAsync(desk, desk.Policy.Accounts, null, token);
            context.OutputOf(parsed).Show(() => AccountsView.Render("Accounts", rows, desk.Zone), () => AccountsView.Json(rows));
            return rows.All(r => r.IsReady) ? ExitCode.Done : ExitCode.NeedsPerson;
        }));
        return command;
    }

    private static ExampleCommand Check(CommandContext context)
    {
        var id = new Argument<string?>("ACCOUNT") { Description = "One account (default: all)", Arity = ArgumentArity.ZeroOrOne };
        var command = new ExampleCommand("check", "Read everything of an account once, prices too; place nothing (exit code 1 when something cannot be read)", "accounts check", "accounts check asha-demat") { id };
        command.SetAction((parsed, token) => DeskCommand.LookAsync(context, parsed, async desk =>
        {
            var accounts = parsed.GetValue(id) is { } one ? [AccountOf(desk, one)] : desk.Policy.Accounts;
            var (priced, why) = await PricedAsync(desk, token);
            var rows = await RowsAsync(desk, accounts, priced, token);
            context.OutputOf(parsed).Show(() => AccountsView.Render("Checked", rows, desk.Zone), () => AccountsView.Json(rows));
            await TellVolatilityAsync(desk, context.OutputOf(parsed), token);
            if (why is not null)
            {
                context.Error.WriteLine($"error: {Failure.OneLine(why)}");
            }

            return why is null && rows.All(r => r.IsReady) ? ExitCode.Done : ExitCode.Failed;
        }));
        return command;
    }

    private static ExampleCommand Login(CommandContext context)
    {
        var id = Account();
        var command = new ExampleCommand("login", "Log in at an account's broker: open the link, then paste the address it led to", "accounts login asha-demat") { id };
        command.SetAction((parsed, token) => DeskCommand.RunAsync(context, parsed, async desk =>
        {
            var output = context.OutputOf(parsed);
            var account = AccountOf(desk, parsed.GetRequiredValue(id));
            if (desk.Outside.LoginOf(account.Id) is not { } login)
            {
                if (await desk.SessionAsync(account.Id, token) is var session and not SessionState.Ready)
                {
                    throw new AccountUnreadException(account.Id, session);
                }

                output.Say($"{account.Id} needs no login here.");
                return ExitCode.Done;
            }

            if (desk.Settings.RuntimeKey is null)
            {
                // Without the key a login lives in the memory of this process, which is about to end.
                throw new ConfigurationException(
                    $"environment: {Settings.RuntimeKeyVariable}: is missing; allowed: 64 hexadecimal digits, for example from 'openssl rand -hex 32', for this command and for the service: else today's login of {account.Id} would be gone at once");
            }

            output.Say($"Open this link, log in, and paste the address of the page that it leads to (also one that cannot be shown):\n{login.Begin()}");
            var pasted = await context.In.ReadLineAsync(token);
            var answer = await BrokerLogin.CompleteAsync(desk, account.Id, login, pasted ?? string.Empty, DeskCommand.Person, token);
            output.Say(answer.Words, answer.IsDone ? Tone.Good : Tone.Bad);
            return answer.IsDone ? ExitCode.Done : ExitCode.Failed;
        }));
        return command;
    }

    private static ExampleCommand Arm(CommandContext context)
    {
        var id = Account();
        var confirm = new Option<string?>("--confirm") { Description = "The account's id, typed again: nothing is armed by accident", HelpName = "ACCOUNT" };
        var command = new ExampleCommand("arm", "Allow orders with real money at an account", "accounts arm asha-demat --confirm asha-demat") { id, confirm };
        command.SetAction((parsed, token) => DeskCommand.RunAsync(context, parsed, async desk =>
        {
            var account = AccountOf(desk, parsed.GetRequiredValue(id));
            if (parsed.GetValue(confirm) != account.Id.Value)
            {
                throw new ConfigurationException($"--confirm: is '{parsed.GetValue(confirm)}'; allowed: {account.Id}, typed again");
            }

            if (account.Broker == BrokerNames.Paper || account.Mode == AccountMode.Paper)
            {
                throw new ConfigurationException($"accounts arm: {account.Id} trades on paper; allowed: an account of a real broker whose mode in the household file is observe");
            }

            var row = (await RowsAsync(desk, [account], null, token))[0];
            if (!row.IsReady)
            {
                context.OutputOf(parsed).Say($"{account.Id} is not armed, because it cannot be read: {row.Session}", Tone.Bad);
                return ExitCode.Failed;
            }

            Set(desk, account, AccountMode.Live);
            context.OutputOf(parsed).Say(
                $"{account.Id} is live: approved orders are placed at {account.Broker} with real money ({MoneyFormat.Text(row.Settled!.Value)} of settled cash, {row.Holdings} holdings). 'accounts disarm {account.Id}' ends it.",
                Tone.Warning);
            return ExitCode.Done;
        }));
        return command;
    }

    private static ExampleCommand Disarm(CommandContext context)
    {
        var id = Account();
        var command = new ExampleCommand("disarm", "End orders with real money at an account; it is only observed from now on", "accounts disarm asha-demat") { id };
        command.SetAction((parsed, _) => DeskCommand.RecordAsync(context, parsed, desk =>
        {
            var account = AccountOf(desk, parsed.GetRequiredValue(id));
            if (desk.Store.State.ModeOf(account) is var mode and not AccountMode.Live)
            {
                // The mode of an account on paper is the file's: what is recorded here would hold over it, and nothing could take it back.
                throw new ConfigurationException($"accounts disarm: {account.Id} is in mode {mode.ToString().ToLowerInvariant()}; allowed: an account that 'accounts arm' made live");
            }

            Set(desk, account, AccountMode.Observe);
            return $"{account.Id} is observed: plans are shown, and nothing is placed there. Orders that its broker already has stay.";
        }));
        return command;
    }

    private static void Set(Desk desk, Account account, AccountMode mode) =>
        desk.Store.Transact(DeskCommand.Person, t => t.Append(new Fact.ModeSet(account.Id, mode)));

    private static async Task<ImmutableArray<AccountRow>> RowsAsync(Desk desk, ImmutableArray<Account> accounts, Func<AccountId, int>? priced, CancellationToken cancellationToken)
    {
        var review = SlotTable.Due(desk).OfType<SlotDue.Later>().Last().At;
        var rows = ImmutableArray.CreateBuilder<AccountRow>();
        foreach (var account in accounts)
        {
            var row = new AccountRow(
                account.Id, account.Member, account.Broker, desk.Store.State.ModeOf(account), "answers", true, null,
                SessionBudget.NeededAt(desk, account.Id, review), null, null, null, priced?.Invoke(account.Id));
            try
            {
                var (reading, until) = await desk.ReadWithLoginAsync(account.Id, cancellationToken);
                row = row with { Settled = reading.Settled, Unsettled = reading.Unsettled, Holdings = reading.Holdings.Length, Until = until };
            }
            catch (AccountUnreadException e)
            {
                row = row with { Session = e.Message, IsReady = false };
            }

            rows.Add(row);
        }

        return rows.ToImmutable();
    }

    /// <summary>How many instruments of an account have a price; nothing and why, where not all of them can be read.</summary>
    private static async Task<(Func<AccountId, int>? Of, string? Why)> PricedAsync(Desk desk, CancellationToken cancellationToken)
    {
        try
        {
            var known = (await desk.Outside.QuotesAsync(cancellationToken)).Select(q => q.Instrument).ToHashSet();
            return (account => desk.Policy.Instruments.Count(i => i.Accounts.Contains(account) && known.Contains(i.Id)), null);
        }
        catch (UpstreamException e)
        {
            // What the accounts say is shown all the same.
            return (null, e.Message);
        }
    }

    /// <summary>How nervous the markets of the household are: a person may want to know before approving, and no rule decides by it.</summary>
    private static async Task TellVolatilityAsync(Desk desk, Output output, CancellationToken cancellationToken)
    {
        foreach (var (venue, index, name) in new[] { ("NYSE", VolatilityIndex.Vix, "VIX"), ("NSE", VolatilityIndex.IndiaVix, "India VIX") })
        {
            if (!desk.Policy.Instruments.Any(i => i.Venue == venue))
            {
                continue;
            }

            try
            {
                if (await desk.Outside.VolatilityAsync(index, cancellationToken) is { } level)
                {
                    output.Say(FormattableString.Invariant($"{name}: {Canonical.Text(level.Level)} on {level.AsOf:yyyy-MM-dd} ({level.Source}). No rule decides by it."), Tone.Quiet);
                }
            }
            catch (UpstreamException e)
            {
                output.Say($"{name}: not known ({Failure.OneLine(e.Message)}). No rule decides by it.", Tone.Quiet);
            }
        }
    }

    private static Account AccountOf(Desk desk, string id) => desk.Policy.Accounts.FirstOrDefault(a => a.Id.Value == id)
        ?? throw new ConfigurationException($"ACCOUNT: is '{id}'; allowed: {string.Join(", ", desk.Policy.Accounts.Select(a => a.Id))}");

    private static Argument<string> Account() => new("ACCOUNT") { Description = "An account of the household" };
}
