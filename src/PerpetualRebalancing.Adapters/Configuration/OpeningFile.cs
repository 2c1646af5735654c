using System.Collections.Immutable;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>The file that says what a household owned when it was first recorded: JSON with comments, described by
/// <c>config/opening.schema.json</c>.</summary>
public static class OpeningFile
{
    private static readonly DateOnly Earliest = new(1950, 1, 1);
    private static readonly DateOnly Latest = new(2199, 12, 31);

    /// <summary>Reads an opening book.</summary>
    /// <param name="path">The file.</param>
    /// <param name="household">Whose book it is: accounts, instruments and members must be its own.</param>
    /// <exception cref="ConfigurationException">The file cannot be read or has faults: all of them at once.</exception>
    public static OpeningBook Load(string path, Household household)
    {
        using var document = TextFile.ReadJson(path);
        var faults = new FaultList(path);
        var book = Read(new JsonNodeReader(document.RootElement, faults), faults, household);
        faults.ThrowIfAny();
        return book;
    }

    private static OpeningBook Read(JsonNodeReader file, FaultList faults, Household household)
    {
        _ = file.Text("$schema", "the path of opening.schema.json", fallback: "-");
        var asOf = file.Day("asOf", Earliest, Latest);
        var book = new OpeningBook(
            asOf ?? Latest, ReadCash(file, faults, household), ReadLots(file, household, asOf ?? Latest), ReadTaxDue(file, household))
        {
            Gains = ReadGains(file, household, asOf ?? Latest),
            Losses = ReadLosses(file, household, asOf ?? Latest),
        };
        file.Close();
        return book;
    }

    private static ImmutableArray<ReserveCash> ReadCash(JsonNodeReader file, FaultList faults, Household household)
    {
        var amounts = new Dictionary<AccountId, Money>();
        foreach (var (index, item) in (file.Items("cash", required: false) ?? []).Index())
        {
            var before = faults.Count;
            var account = AccountOf(item, household);
            var amount = item.Amount("amount", account?.Currency, account?.Id.Value ?? "the account");
            item.Close();
            if (account is null)
            {
                continue;
            }

            if (!amounts.TryAdd(account.Id, amount))
            {
                item.Fault("account", $"'{account.Id}' is listed twice", "each account once");
            }
            else if (Claimed(household, account) > amount && faults.Count == before)
            {
                file.Fault(
                    $"cash[{index}].amount",
                    $"is {amount}, less than the household's reserve.openingCash claims of it",
                    $"at least {Claimed(household, account)}");
            }
        }

        foreach (var account in household.Accounts.Where(a => !amounts.ContainsKey(a.Id) && Claimed(household, a).IsPositive))
        {
            file.Fault("cash", $"has nothing for {account.Id}", $"at least {Claimed(household, account)}, its reserve.openingCash");
        }

        return [.. household.Accounts.Select(a => new ReserveCash(a.Id, amounts.GetValueOrDefault(a.Id, Money.Zero(a.Currency))))];
    }

    private static Money Claimed(Household household, Account account) => household.Reserve.OpeningCash
        .Where(c => c.Account == account.Id)
        .Aggregate(Money.Zero(account.Currency), (sum, c) => sum + c.Amount);

    private static ImmutableArray<TaxLot> ReadLots(JsonNodeReader file, Household household, DateOnly asOf)
    {
        var lots = new List<TaxLot>();
        foreach (var holding in file.Items("holdings", required: false) ?? [])
        {
            var account = AccountOf(holding, household);
            var instrument = InstrumentOf(holding, household);
            if (account is not null && instrument is not null && !instrument.Accounts.Contains(account.Id))
            {
                holding.Fault(
                    "account", $"'{account.Id}' cannot hold {instrument.Id}", string.Join(", ", instrument.Accounts.Select(a => a.Value)));
            }

            foreach (var lot in holding.Items("lots", required: true) ?? [])
            {
                var acquired = lot.Day("acquired", Earliest, asOf);
                var units = ReadUnits(lot, instrument);
                var cost = lot.Amount("costPerUnit", instrument?.Currency, instrument?.Id.Value ?? "the instrument", decimals: 6);
                lot.Close();
                if (account is not null && instrument is not null && acquired is { } day)
                {
                    var ordinal = 1 + lots.Count(l => l.Account == account.Id && l.Instrument == instrument.Id && l.Acquired == day);
                    var id = OpeningBook.LotIdOf(account.Id, instrument.Id, day, ordinal);
                    lots.Add(new TaxLot(id, account.Id, instrument.Id, day, units, cost));
                }
            }

            holding.Close();
        }

        // The queue of a first-in-first-out sale; lots of one day stay in the order they were written.
        return
        [
            .. lots
                .OrderBy(l => household.Accounts.IndexOf(household.Account(l.Account)))
                .ThenBy(l => household.Instruments.IndexOf(household.Instrument(l.Instrument)))
                .ThenBy(l => l.Acquired),
        ];
    }

    private static Quantity ReadUnits(JsonNodeReader lot, Instrument? instrument)
    {
        var step = instrument?.UnitStep.Units ?? 0.000001m;
        var units = lot.Number("units", 0.000001m, 1_000_000_000_000m, "units");
        if (units is { } number && number % step != 0m)
        {
            lot.Fault("units", $"is {Canonical.Text(number)}", $"multiples of {Canonical.Text(step)}, the unitStep of {instrument?.Id}");
        }

        return new Quantity(units ?? 0m);
    }

    private static ImmutableArray<OpeningTax> ReadTaxDue(JsonNodeReader file, Household household)
    {
        var due = ImmutableArray.CreateBuilder<OpeningTax>();
        foreach (var item in file.Items("taxDue", required: false) ?? [])
        {
            var member = item.Word("member", [.. household.Members.Select(m => m.Id.Value)], "member");
            var amount = item.Amount("amount", household.Base, "the household");
            item.Close();
            if (member is not null && due.Any(d => d.Member.Value == member))
            {
                item.Fault("member", $"'{member}' is listed twice", "each member once");
            }

            due.Add(new OpeningTax(new MemberId(member ?? "-"), amount));
        }

        return due.ToImmutable();
    }

    private static ImmutableArray<GainEntry> ReadGains(JsonNodeReader file, Household household, DateOnly asOf)
    {
        var gains = ImmutableArray.CreateBuilder<GainEntry>();
        foreach (var item in file.Items("gains", required: false) ?? [])
        {
            var member = MemberOf(item, household);
            var on = item.Day("on", Earliest, asOf);
            var bucket = item.Text("bucket", "a bucket of the member's tax law");
            var amount = item.Amount("amount", household.Base, "the household", signed: true);
            item.Close();
            gains.Add(new GainEntry(member, on ?? asOf, new BucketId(bucket ?? "-"), amount));
        }

        return gains.ToImmutable();
    }

    private static ImmutableArray<BroughtForwardLoss> ReadLosses(JsonNodeReader file, Household household, DateOnly asOf)
    {
        var losses = ImmutableArray.CreateBuilder<BroughtForwardLoss>();
        foreach (var item in file.Items("losses", required: false) ?? [])
        {
            var loss = new BroughtForwardLoss(
                MemberOf(item, household), item.Day("year", Earliest, asOf) ?? asOf, item.Word("term", ["long", "short"], "term") == "long",
                item.Amount("amount", household.Base, "the household"));
            item.Close();
            if (losses.Any(l => (l.Member, l.Year, l.IsLong) == (loss.Member, loss.Year, loss.IsLong)))
            {
                item.Fault("year", $"{loss.Year:yyyy-MM-dd} is listed twice for {loss.Member} and this term", "each year's loss of a term once");
            }

            losses.Add(loss);
        }

        return losses.ToImmutable();
    }

    private static MemberId MemberOf(JsonNodeReader item, Household household) =>
        new(item.Word("member", [.. household.Members.Select(m => m.Id.Value)], "member") ?? "-");

    private static Account? AccountOf(JsonNodeReader item, Household household) =>
        item.Word("account", [.. household.Accounts.Select(a => a.Id.Value)], "account") is { } id
            ? household.Account(new AccountId(id))
            : null;

    private static Instrument? InstrumentOf(JsonNodeReader item, Household household) =>
        item.Word("instrument", [.. household.Instruments.Select(i => i.Id.Value)], "instrument") is { } id
            ? household.Instrument(new InstrumentId(id))
            : null;
}
