using System.Globalization;
using System.Text.RegularExpressions;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Configuration;

internal sealed partial class HouseholdReader
{
    private const string BaseOwner = "the household";

    private Expenses ReadExpenses(JsonNodeReader file)
    {
        var item = file.Section("expenses", required: true);
        var before = faults.Count;
        var monthly = item.Amount("monthly", _base, BaseOwner);
        var essential = item.Amount("essentialMonthly", _base, BaseOwner);
        var paidFrom = _accounts.Refer(item, "paidFrom");
        if (essential > monthly && faults.Count == before)
        {
            item.Fault("essentialMonthly", $"is {essential}, more than all expenses", $"0 to {monthly}");
        }

        item.Close();
        return new Expenses(monthly, essential, new AccountId(paidFrom));
    }

    private ReservePolicy ReadReserve(JsonNodeReader file)
    {
        var item = file.Section("reserve", required: false);
        var emergency = item.Number("emergencyMonths", 0m, 600m, "months", 12m);
        var retirement = item.Number("retirementMonths", 0m, 600m, "months", 36m);
        var floor = item.Number("floorMonths", 0m, 600m, "months", 12m);
        var refill = item.Number("refillMonths", 0m, 600m, "months", 6m);
        var seen = new HashSet<string>();
        var cash = Each(item, "openingCash", part =>
        {
            var account = _accounts.Refer(part, "account");
            if (!seen.Add(account) && account != "-")
            {
                part.Fault("account", $"'{account}' is listed twice", "each account once");
            }

            return new ReserveCash(new AccountId(account), part.Amount("amount", CurrencyOf(account), account));
        });
        item.Close();
        return new ReservePolicy(emergency ?? 0m, retirement ?? 0m, floor ?? 0m, refill ?? 0m, cash);
    }

    private static BuyPolicy ReadBuy(JsonNodeReader file)
    {
        var item = file.Section("buy", required: false);
        var surplus = item.Choice("surplus", (SurplusPolicy?)SurplusPolicy.Carry) ?? default;
        var share = item.Number("maximumFixedCostPercent", 0m, 100m, "percent", 1.5m);
        item.Close();
        return new BuyPolicy(surplus, (share ?? 0m) / 100m);
    }

    private static HarvestPolicy ReadHarvest(JsonNodeReader file)
    {
        var item = file.Section("harvest", required: false);
        var policy = new HarvestPolicy(item.Flag("gains", fallback: false), item.Flag("losses", fallback: false));
        item.Close();
        return policy;
    }

    private static SellPolicy ReadSell(JsonNodeReader file)
    {
        var item = file.Section("sell", required: false);
        var maximum = item.Number("maximumDrift", 0.01m, 100m, "points", 10m);
        var minimum = item.Number("minimumDrift", 0m, 100m, "points", (maximum ?? 0m) / 2m);
        var months = item.Whole("months", 1, 120, "reviews", 6);
        var longTermOnly = item.Flag("longTermOnly", true);
        var incomplete = item.Choice("incomplete", (IncompletePolicy?)IncompletePolicy.End) ?? default;
        item.Close();
        if (minimum > maximum)
        {
            item.Fault("minimumDrift", $"is {Canonical.Text(minimum.Value)}, above maximumDrift", $"0 to {Canonical.Text(maximum.Value)} points");
        }

        return new SellPolicy(
            Drift.FromPoints(maximum ?? 0m), Drift.FromPoints(minimum ?? 0m), months ?? 1, longTermOnly, incomplete);
    }

    private static SchedulePolicy ReadSchedule(JsonNodeReader file)
    {
        const string zone = "an IANA time zone such as Asia/Kolkata or Europe/London";
        var item = file.Section("schedule", required: true);
        var venue = item.Word("venue", Venues, "venue") ?? "-";
        var at = ReadTime(item, "at");
        var timeZone = item.Text("timeZone", zone);
        var grace = item.Whole("graceDays", 0, 31, "business days", 3);
        item.Close();
        if (timeZone is not null
            && !(ZoneName().IsMatch(timeZone) && TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out _)))
        {
            item.Fault("timeZone", $"is '{timeZone}', which this machine does not know", zone);
        }

        return new SchedulePolicy(venue, at, timeZone ?? "-", grace ?? 0);
    }

    private static TimeOnly ReadTime(JsonNodeReader item, string key, string? fallback = null)
    {
        const string allowed = "a local time written like 10:00";
        var time = default(TimeOnly);
        if (item.Text(key, allowed, fallback) is { } text && !TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time))
        {
            item.Fault(key, $"is '{text}'", allowed);
        }

        return time;
    }

    private static AlertPolicy ReadAlerts(JsonNodeReader file)
    {
        const string none = "none";
        var item = file.Section("alerts", required: false);
        var usual = AlertPolicy.Usual;
        var from = ReadTime(item, "quietFrom", Text(usual.QuietFrom));
        var until = ReadTime(item, "quietUntil", Text(usual.QuietUntil));
        var repeat = item.Whole("repeatHours", 1, 168, "hours", usual.RepeatHours);
        var days = Enum.GetNames<DayOfWeek>().Select(d => d.ToLowerInvariant()).ToArray();
        var heartbeat = item.Word("heartbeat", [.. days, none], "day", required: false);
        item.Close();
        return new AlertPolicy(from, until, repeat ?? 1, heartbeat switch
        {
            null => usual.Heartbeat,
            none => null,
            _ => (DayOfWeek)Math.Max(0, Array.IndexOf(days, heartbeat)),
        });
    }

    private static string Text(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    private ApprovalPolicy ReadApproval(JsonNodeReader file)
    {
        var item = file.Section("approval", required: false);
        var rule = item.Choice("rule", (ApprovalRule?)ApprovalRule.AlwaysAsk) ?? default;
        var askAbove = item.Amount("askAbove", _base, BaseOwner, rule == ApprovalRule.AskAboveOrSelling ? null : 0m);
        var tolerance = item.Number("tolerancePercent", 0m, 100m, "percent", 2m);
        var expires = item.Whole("expiresAfterDays", 1, 31, "calendar days", 3);
        var batch = item.Whole("batchDays", 1, 31, "calendar days", 10);
        var second = item.Has("secondAbove") ? item.Amount("secondAbove", _base, BaseOwner) : (Money?)null;
        var withoutLogin = item.Choice("withoutLogin", (WithoutLogin?)WithoutLogin.Wait) ?? default;
        item.Close();
        return new ApprovalPolicy(rule, askAbove, (tolerance ?? 0m) / 100m, expires ?? 1, batch ?? 1) { SecondAbove = second, WithoutLogin = withoutLogin };
    }

    private GateLimits ReadLimits(JsonNodeReader file)
    {
        var item = file.Section("limits", required: true);
        var limits = new GateLimits(
            item.Amount("maximumOrder", _base, BaseOwner),
            Percent(item, "maximumTurnoverPercent", null),
            item.Amount("maximumDailyValue", _base, BaseOwner),
            item.Whole("maximumDailyOrders", 1, 1000, "orders") ?? 1,
            Percent(item, "priceCollarPercent", 3m),
            Percent(item, "slippagePercent", 0.3m),
            item.Whole("stalePriceDays", 0, 30, "business days", 1) ?? 0,
            item.Whole("staleNavDays", 0, 30, "business days", 3) ?? 0,
            item.Whole("staleFxDays", 0, 30, "calendar days", 4) ?? 0,
            Drift.FromPoints(item.Number("implausibleDrift", 0.01m, 100m, "points", 50m) ?? 0m),
            Percent(item, "implausibleQuantityPercent", 0.1m));
        item.Close();
        return limits;
    }

    private static decimal Percent(JsonNodeReader item, string key, decimal? fallback) =>
        (item.Number(key, 0m, 100m, "percent", fallback) ?? 0m) / 100m;

    [GeneratedRegex(@"\A[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*\z")]
    private static partial Regex ZoneName();
}
