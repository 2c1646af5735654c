using System.Collections.Immutable;
using System.Text.Json;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>Reads a household: who it is, what it aims at and what it trades. Every fault goes into the list; the household that
/// is returned has a meaning only when there is none.</summary>
internal sealed partial class HouseholdReader(FaultList faults)
{
    /// <summary>The class of an instrument that belongs to the liquidity reserve.</summary>
    public const string ReserveClass = "reserve";

    private readonly Names _members = new("member");
    private readonly Names _accounts = new("account");
    private readonly Names _classes = new("asset class");
    private readonly Names _instruments = new("instrument");
    private readonly Dictionary<string, Currency?> _currencies = new(StringComparer.Ordinal);
    private Currency? _base;

    /// <summary>Reads the root object.</summary>
    public Household Read(JsonElement root)
    {
        var file = new JsonNodeReader(root, faults);
        _ = file.Text("$schema", "the path of household.schema.json", fallback: "-");

        var about = file.Section("household", required: true);
        var id = _householdId.Give(about);
        var name = about.Text("name", "any text", id) ?? "-";
        _base = CurrencyOf(about, "currency");
        var phase = about.Choice<Phase>("phase") ?? default;
        about.Close();

        var household = new Household(
            new HouseholdId(id),
            name,
            _base ?? default,
            phase,
            ReadMembers(file),
            ReadAccounts(file),
            ReadClasses(file),
            ReadInstruments(file),
            ReadRoutes(file),
            ReadIncome(file),
            ReadExpenses(file),
            ReadReserve(file),
            ReadBuy(file),
            ReadSell(file),
            ReadSchedule(file),
            ReadApproval(file),
            ReadLimits(file))
        {
            Harvest = ReadHarvest(file),
            Alerts = ReadAlerts(file),
        };
        if (household.Approval.SecondAbove is not null && household.Members.Count(m => m.Mail is not null) < 2)
        {
            file.Fault("approval.secondAbove", "asks for two people", "at least two members with a mail address, or leave it out");
        }

        CheckReplacements(file, household);
        CheckBrokers(file, household);
        file.Close();
        return household;
    }

    private readonly Names _householdId = new("household");

    private ImmutableArray<Member> ReadMembers(JsonNodeReader file) => Each(file, "members", "member", _members, item =>
    {
        var id = _members.Give(item);
        return new Member(new MemberId(id), item.Text("name", "any text", id) ?? "-", ReadTax(item.Section("tax", required: true))) { Mail = ReadMail(item) };
    });

    private string? ReadMail(JsonNodeReader item)
    {
        const string allowed = "an address like asha@example.org, in plain letters, of one member alone";
        if (!item.Has("mail") || item.Text("mail", allowed) is not { } mail)
        {
            return null;
        }

        // Whose answer a mail is, its address says: two members of one address would be one.
        if (!MailAddress.IsOne(mail) || !_mails.Add(mail))
        {
            item.Fault("mail", $"is '{mail}'", allowed);
        }

        return mail;
    }

    private readonly HashSet<string> _mails = new(StringComparer.OrdinalIgnoreCase);

    private bool? _isPaper;

    private ImmutableArray<Account> ReadAccounts(JsonNodeReader file) => Each(file, "accounts", "account", _accounts, item =>
    {
        var id = _accounts.Give(item);
        var member = _members.Refer(item, "member");
        var broker = item.Word("broker", BrokerNames.All, "broker") ?? BrokerNames.Paper;
        var currency = CurrencyOf(item, "currency");
        var mode = item.Choice<AccountMode>("mode", AccountMode.Observe) ?? default;
        if ((_isPaper ??= broker == BrokerNames.Paper) != (broker == BrokerNames.Paper))
        {
            item.Fault("broker", $"is '{broker}' beside an account of {(_isPaper.Value ? "the built-in paper broker" : "a real broker")}, whose prices come from another world", _isPaper.Value ? BrokerNames.Paper : "a real broker for every account");
        }

        if (mode == AccountMode.Live)
        {
            item.Fault("mode", "is live, which a line in a file cannot make it", "observe, and then 'accounts arm'; or paper");
        }

        if (mode == AccountMode.Paper && broker is not (BrokerNames.Paper or BrokerNames.Alpaca))
        {
            item.Fault("mode", $"is paper, and {broker} has no paper trading", "observe");
        }

        _currencies[id] = currency;
        var registration = item.Choice<Registration>("registration", Registration.Taxable) ?? default;
        return new Account(new AccountId(id), new MemberId(member), broker, currency ?? default, mode)
        {
            Registration = registration,
            Number = item.Has("number") ? item.Text("number", "what the broker calls the account") : null,
        };
    });

    private ImmutableArray<AssetClass> ReadClasses(JsonNodeReader file)
    {
        var sum = 0m;
        var readable = true;
        var classes = Each(file, "classes", "asset class", _classes, item =>
        {
            var id = _classes.Give(item);
            if (id == ReserveClass)
            {
                item.Fault("id", $"is '{id}', which names the liquidity reserve", "any other id");
                _classes.Unreadable();
            }

            var name = item.Text("name", "any text", id) ?? "-";
            var broad = item.Choice<BroadClass>("broad") ?? default;
            var target = item.Number("target", 0m, 100m, "percent");
            readable &= target is not null;
            sum += target ?? 0m;
            return new AssetClass(new ClassId(id), name, broad, Weight.FromPercent(target ?? 0m));
        });
        if (readable && !classes.IsEmpty && sum != 100m)
        {
            file.Fault("classes", $"the targets add up to {Canonical.Text(sum)}", "targets that add up to exactly 100");
        }

        return classes;
    }

    private ImmutableArray<FundingRoute> ReadRoutes(JsonNodeReader file)
    {
        var pairs = new HashSet<(string, string)>();
        return Each(file, "fundingRoutes", item =>
        {
            var from = _accounts.Refer(item, "from");
            var to = _accounts.Refer(item, "to");
            var currency = CurrencyOf(from);
            var fee = item.Amount("fee", currency, from, fallback: 0m);
            var rate = item.Number("feePercent", 0m, 100m, "percent", fallback: 0m);
            var minimum = item.Amount("minimum", currency, from, fallback: 0m);
            if (from == to && from != "-")
            {
                item.Fault("to", $"is '{to}', where the money comes from", "another account");
            }
            else if (!pairs.Add((from, to)) && from != "-" && to != "-")
            {
                item.Fault("to", $"there is a second route from {from} to {to}", "one route for each pair of accounts");
            }

            return new FundingRoute(new AccountId(from), new AccountId(to), fee, (rate ?? 0m) / 100m, minimum);
        });
    }

    private ImmutableArray<IncomeSource> ReadIncome(JsonNodeReader file) => Each(file, "income", item =>
    {
        var kind = item.Choice<IncomeKind>("kind") ?? default;
        var account = _accounts.Refer(item, "account");
        var monthly = item.Amount("monthly", CurrencyOf(account), account);
        var day = item.Whole("day", 1, 28, "(day of the month)");
        return new IncomeSource(kind, new AccountId(account), monthly, day ?? 1);
    });

    private Currency? CurrencyOf(string account) => _currencies.GetValueOrDefault(account);

    private static Currency? CurrencyOf(JsonNodeReader item, string key) =>
        item.Word(key, [.. Currency.Known.Select(c => c.Code)], "currency") is { } code ? Currency.Parse(code) : null;

    /// <summary>Reads a list that must be there and hold something, and whose items other parts of the file refer to.</summary>
    private static ImmutableArray<T> Each<T>(
        JsonNodeReader file, string key, string kind, Names names, Func<JsonNodeReader, T> read)
    {
        var items = file.Items(key, required: true);
        if (items is null)
        {
            names.Unreadable();
        }
        else if (items.Count == 0)
        {
            file.Fault(key, "is empty", $"at least one {kind}");
        }

        return ReadAll(items, read);
    }

    private static ImmutableArray<T> Each<T>(JsonNodeReader file, string key, Func<JsonNodeReader, T> read) =>
        ReadAll(file.Items(key, required: false), read);

    private static ImmutableArray<T> ReadAll<T>(IReadOnlyList<JsonNodeReader>? items, Func<JsonNodeReader, T> read)
    {
        var result = ImmutableArray.CreateBuilder<T>();
        foreach (var item in items ?? [])
        {
            result.Add(read(item));
            item.Close();
        }

        return result.ToImmutable();
    }
}
