namespace PerpetualRebalancing.Adapters.Tests.Configuration;

/// <summary>The smallest household that loads without a warning, as text to break one place at a time.</summary>
internal static class SmallHousehold
{
    public const string Text = """
        {
          "household": { "id": "small", "currency": "INR", "phase": "accumulation" },
          "members": [ { "id": "asha", "tax": { "law": "flat" } } ],
          "accounts": [
            { "id": "demat", "member": "asha", "broker": "paper", "currency": "INR", "mode": "paper" },
            { "id": "global", "member": "asha", "broker": "paper", "currency": "USD" }
          ],
          "classes": [
            { "id": "nifty", "broad": "domesticEquity", "target": 40 },
            { "id": "nasdaq", "broad": "internationalEquity", "target": 30 },
            { "id": "debt", "broad": "debt", "target": "20.5" },
            { "id": "gold", "broad": "gold", "target": 9.5 }
          ],
          "instruments": [
            { "id": "NIFTY", "class": "nifty", "tag": "buy", "venue": "NSE", "currency": "INR", "settlementDays": 1,
              "taxClass": "in-equity", "charges": "nse", "accounts": ["demat"] },
            { "id": "NDX", "class": "nasdaq", "tag": "buy", "venue": "LSE", "currency": "USD", "settlementDays": 2,
              "taxClass": "foreign", "charges": "lse", "accounts": ["global"] },
            { "id": "GILT", "class": "debt", "tag": "buy", "dealing": "nav", "venue": "NSE", "currency": "INR", "settlementDays": 1,
              "taxClass": "in-debt", "charges": "fund", "exitLoad": { "percent": 1, "days": 365 }, "accounts": ["demat"] },
            { "id": "GOLD", "class": "gold", "tag": "buy", "venue": "NSE", "currency": "INR", "settlementDays": 1,
              "taxClass": "in-gold", "charges": "nse", "accounts": ["demat"] }
          ],
          "fundingRoutes": [ { "from": "demat", "to": "global", "fee": 1000, "feePercent": 0.5, "minimum": 50000 } ],
          "income": [ { "kind": "salary", "account": "demat", "monthly": 100000, "day": 1 } ],
          "expenses": { "monthly": 60000, "essentialMonthly": 40000, "paidFrom": "demat" },
          "reserve": { "emergencyMonths": 6, "openingCash": [ { "account": "demat", "amount": 5000 } ] },
          "buy": { "surplus": "carry" },
          "sell": { "maximumDrift": 12, "months": 3 },
          "schedule": { "venue": "NSE", "at": "10:00", "timeZone": "Asia/Kolkata" },
          "approval": { "rule": "automatic" },
          "limits": {
            "maximumOrder": 500000, "maximumTurnoverPercent": 20, "maximumDailyValue": 1000000, "maximumDailyOrders": 20
          }
        }
        """;

    /// <summary>The household with one place changed; the place must be there exactly once, or the test tests something else.</summary>
    public static string With(string old, string changed) => Change(Text, old, changed);

    public static string Change(string text, string old, string changed)
    {
        Assert.Equal(2, text.Split(old).Length);
        return text.Replace(old, changed, StringComparison.Ordinal);
    }
}
