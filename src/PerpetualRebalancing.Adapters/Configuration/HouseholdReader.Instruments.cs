using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Configuration;

internal sealed partial class HouseholdReader
{
    /// <summary>The exchanges whose calendars the product has.</summary>
    private static readonly string[] Venues = ["NSE", "NYSE", "LSE"];

    /// <summary>The services that have a name of their own for an instrument.</summary>
    private static readonly string[] SymbolServices = ["alpaca", "amfi", "ibkr", "kite", "yahoo"];

    private ImmutableArray<Instrument> ReadInstruments(JsonNodeReader file) =>
        Each(file, "instruments", "instrument", _instruments, ReadInstrument);

    private Instrument ReadInstrument(JsonNodeReader item)
    {
        var id = _instruments.Give(item);
        var name = item.Text("name", "any text", id) ?? "-";
        var assetClass = item.Word("class", _classes.Known is { } known ? [.. known, ReserveClass] : null, _classes.Kind);
        var tag = item.Choice<InstrumentTag>("tag") ?? default;
        var dealing = item.Choice<Dealing>("dealing", Dealing.Exchange) ?? default;
        var venue = item.Word("venue", Venues, "venue") ?? "-";
        var currency = CurrencyOf(item, "currency");
        var step = item.Number("unitStep", 0.000001m, 1_000_000m, "units", dealing == Dealing.Nav ? 0.001m : 1m);
        var minimum = item.Amount("minimumOrder", currency, "the instrument", fallback: 0m);
        var multiple = item.Amount("orderMultiple", currency, "the instrument", fallback: 0m);
        var settlement = item.Whole("settlementDays", 0, 30, "business days");
        var taxClass = item.Text("taxClass", "a tax class of the tax table") ?? "-";
        var charges = item.Text("charges", "a schedule of the charge tables") ?? "-";
        var load = ReadExitLoad(item);
        var accounts = ReadAccountsOf(item, currency);
        if (dealing == Dealing.Exchange && multiple.IsPositive)
        {
            item.Fault("orderMultiple", $"is {multiple} for an instrument dealt in on an exchange", "0, or dealing nav");
        }

        return new Instrument(
            new InstrumentId(id),
            name,
            assetClass is null or ReserveClass ? null : new ClassId(assetClass),
            tag,
            dealing,
            venue,
            currency ?? default,
            new Quantity(step ?? 1m),
            minimum,
            multiple,
            settlement ?? 0,
            taxClass,
            charges,
            load,
            accounts)
        {
            Isin = ReadIsin(item),
            Symbols = ReadSymbols(item),
            Tick = item.Has("tick") ? item.Number("tick", 0.000001m, 1000m, "of its currency") ?? 0.01m : 0.01m,
            Index = item.Has("index") ? item.Text("index", "the name of the index it tracks") : null,
            Replacement = item.Has("replacement") ? new InstrumentId(item.Text("replacement", "the id of another instrument") ?? "-") : null,
            FairValue2018 = item.Has("fairValue2018") ? item.Amount("fairValue2018", currency, id, decimals: 6) : null,
        };
    }

    /// <summary>A replacement keeps the money in its class and must not be what it replaces under another name.</summary>
    private static void CheckReplacements(JsonNodeReader file, Household household)
    {
        foreach (var (index, instrument) in household.Instruments.Index().Where(i => i.Item.Replacement is not null))
        {
            var other = household.Instruments.FirstOrDefault(i => i.Id == instrument.Replacement);
            var candidates = household.Instruments.Where(i => i.Class == instrument.Class && i.Currency == instrument.Currency && i.Index is not null
                && !i.IsIdenticalTo(instrument)).Select(i => i.Id.Value).ToArray();
            if (instrument.Index is null || other is null || !candidates.Contains(other.Id.Value))
            {
                file.Fault(
                    $"instruments[{index}].replacement", $"is '{instrument.Replacement}'",
                    instrument.Index is null ? "only beside 'index', which says what the instrument itself tracks"
                    : candidates.Length == 0 ? "nothing: no other instrument of its class and currency tracks another index"
                    : $"an instrument of its class and currency that tracks another index: {string.Join(", ", candidates)}");
            }
        }
    }

    /// <summary>What a broker is asked by must be known: an account without its number would be anybody's, and an instrument without its
    /// symbol would look as if nothing of it were held. A fund is ordered by hand and has none.</summary>
    private static void CheckBrokers(JsonNodeReader file, Household household)
    {
        foreach (var (index, account) in household.Accounts.Index().Where(a => a.Item is { Number: null, Broker: BrokerNames.Kite or BrokerNames.Ibkr }))
        {
            file.Fault($"accounts[{index}].number", "is missing", $"what {account.Broker} calls the account");
        }

        foreach (var (index, instrument) in household.Instruments.Index().Where(i => i.Item.Dealing == Dealing.Exchange))
        {
            var brokers = household.Accounts.Where(a => instrument.Accounts.Contains(a.Id)).Select(a => a.Broker).Distinct();
            foreach (var broker in brokers.Where(b => b is (BrokerNames.Alpaca or BrokerNames.Kite or BrokerNames.Ibkr) && !instrument.Symbols.ContainsKey(b)))
            {
                file.Fault($"instruments[{index}].symbols.{broker}", "is missing", $"what {broker} calls {instrument.Id}");
            }
        }
    }

    private static ImmutableSortedDictionary<string, string> ReadSymbols(JsonNodeReader item)
    {
        var symbols = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (item.Has("symbols"))
        {
            var section = item.Section("symbols", required: false);
            foreach (var service in SymbolServices.Where(section.Has))
            {
                symbols[service] = section.Text(service, "what the service calls the instrument") ?? "-";
            }

            section.Close();
        }

        return symbols.ToImmutable();
    }

    private static string? ReadIsin(JsonNodeReader item)
    {
        if (!item.Has("isin"))
        {
            return null;
        }

        var isin = item.Text("isin", "an ISIN");
        if (isin is not null && !Domain.Isin.IsWellFormed(isin))
        {
            item.Fault("isin", $"is '{isin}'", "two letters, nine letters or digits and the check digit that fits them");
        }

        return isin;
    }

    private static ExitLoad? ReadExitLoad(JsonNodeReader item)
    {
        if (!item.Has("exitLoad"))
        {
            return null;
        }

        var load = item.Section("exitLoad", required: false);
        var percent = load.Number("percent", 0m, 100m, "percent");
        var days = load.Whole("days", 1, 3660, "days");
        load.Close();
        return new ExitLoad((percent ?? 0m) / 100m, days ?? 1);
    }

    private ImmutableArray<AccountId> ReadAccountsOf(JsonNodeReader item, Currency? currency)
    {
        var words = item.Words("accounts", "the accounts that can trade it, at least one");
        if (words is { Count: 0 })
        {
            item.Fault("accounts", "is empty", "the accounts that can trade it, at least one");
        }

        var accounts = ImmutableArray.CreateBuilder<AccountId>();
        foreach (var (index, word) in (words ?? []).Index())
        {
            var key = $"accounts[{index}]";
            if (_accounts.Known is { } known && !known.Contains(word))
            {
                item.Fault(key, $"is '{word}'{Suggestion.For(word, known)}", string.Join(", ", known));
            }
            else if (accounts.Contains(new AccountId(word)))
            {
                item.Fault(key, $"'{word}' is listed twice", "each account once");
            }
            else if (currency is { } traded && CurrencyOf(word) is { } held && held != traded)
            {
                item.Fault(key, $"'{word}' holds {held}, but the instrument is priced in {traded}", $"accounts that hold {traded}");
            }

            accounts.Add(new AccountId(word));
        }

        return accounts.ToImmutable();
    }
}
