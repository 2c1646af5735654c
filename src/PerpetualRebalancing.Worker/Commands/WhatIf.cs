using System.Globalization;
using PerpetualRebalancing.Adapters.Brokers.Paper;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary>What a household's review would decide on its opening book and the paper market's prices. Records nothing.</summary>
/// <param name="file">The household file.</param>
/// <param name="policy">What it says.</param>
/// <param name="configFolder">Rule tables and prices.</param>
internal sealed class WhatIf(string file, Household policy, string configFolder)
{
    /// <summary>Decides.</summary>
    /// <exception cref="ConfigurationException">A file or an option cannot be used.</exception>
    public Plan Plan(string? openingFile, string? priceFile, string? date, decimal? cash, Currency? currency, string? account)
    {
        var opening = OpeningFile.Load(openingFile ?? Path.Combine(Path.GetDirectoryName(file)!, "opening.json"), policy);
        var day = date is null ? opening.AsOf : Day(date, opening.AsOf);
        var rules = new RuleFolder(configFolder, file, policy).Read().Books;
        var series = PriceFile.Load(priceFile ?? Path.Combine(configFolder, "paper", "prices.csv"), policy);
        var market = new PaperMarket(series, policy, rules.Calendars);
        var state = State(opening, cash, currency, account);

        var local = day.ToDateTime(policy.Schedule.At);
        var at = new DateTimeOffset(local, TimeZoneInfo.FindSystemTimeZoneById(policy.Schedule.TimeZone).GetUtcOffset(local));
        var quotes = policy.Instruments.Select(i => new Quote(i.Id, market.PriceOn(i.Id, day), day, series.File, null));
        var read = new Snapshot(
            at, day, Slot.Of(day), ReviewKind.Scheduled, AllowShortTerm: false, [.. policy.Accounts.Select(a => Read(a, state))], [.. quotes], market.FxOn(day));
        try
        {
            return Decision.Decide(policy, state, new ReviewInputs(read, rules));
        }
        catch (KeyNotFoundException e)
        {
            // The decision stops at what the tables do not know: a tax class, a charge schedule, a rate.
            throw new ConfigurationException($"{Path.GetFileName(file)}: {e.Message}");
        }
    }

    private static DateOnly Day(string text, DateOnly earliest) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day >= earliest
            ? day
            : throw new ConfigurationException($"--date: is '{text}'; allowed: a day like 2026-08-31, from the opening book's {earliest:yyyy-MM-dd} on");

    private static AccountReading Read(Account account, HouseholdState state) => new(
        account.Id,
        state.Accounts[account.Id].Cash,
        Money.Zero(account.Currency),
        [
            .. state.Lots.Where(p => p.Key.Account == account.Id).OrderBy(p => p.Key.Instrument.Value, StringComparer.Ordinal)
                .Select(p => new HoldingReading(p.Key.Instrument, state.Held(account.Id, p.Key.Instrument))),
        ]);

    private HouseholdState State(OpeningBook opening, decimal? cash, Currency? currency, string? account)
    {
        var state = HouseholdState.Empty.Apply(new Fact.Opened(policy.InitialPhase, opening.Cash, policy.Reserve.OpeningCash, opening.Lots, opening.TaxDue)
        {
            Gains = opening.Gains,
            Losses = opening.Losses,
        });
        if (cash is not { } amount || amount == 0m)
        {
            return state;
        }

        var receiver = Receiver(currency, account);
        return state.Apply(new Fact.CashReceived(receiver.Id, new Money(amount, receiver.Currency), IncomeKind.Other, "what if"));
    }

    private Account Receiver(Currency? currency, string? name)
    {
        if (name is null)
        {
            return policy.Accounts.FirstOrDefault(a => a.Currency == (currency ?? policy.Base)) ?? throw new ConfigurationException(
                $"--currency: no account of {Path.GetFileName(file)} is in {currency ?? policy.Base}; allowed: {string.Join(", ", policy.Accounts.Select(a => a.Currency).Distinct())}");
        }

        var account = policy.Accounts.FirstOrDefault(a => a.Id.Value == name) ?? throw new ConfigurationException(
            $"--account: is '{name}'; allowed: {string.Join(", ", policy.Accounts.Select(a => a.Id))}");
        return currency is null || currency == account.Currency
            ? account
            : throw new ConfigurationException($"--currency: is {currency}, but {name} is in {account.Currency}; allowed: {account.Currency}, or leave it out");
    }
}
