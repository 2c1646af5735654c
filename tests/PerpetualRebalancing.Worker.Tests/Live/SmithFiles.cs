using System.Globalization;

namespace PerpetualRebalancing.Worker.Tests.Live;

/// <summary>The files of an American household with one account, at the broker that a test is about.</summary>
internal static class SmithFiles
{
    /// <summary>What they own to begin with, all of it long-term.</summary>
    public static string Opening(string account, decimal cash) => $$"""
        {
          "asOf": "2026-11-27",
          "cash": [{ "account": "{{account}}", "amount": {{cash.ToString(CultureInfo.InvariantCulture)}} }],
          "holdings": [
            { "account": "{{account}}", "instrument": "VOO", "lots": [{ "acquired": "2024-02-01", "units": 30, "costPerUnit": 450 }] },
            { "account": "{{account}}", "instrument": "GLD", "lots": [{ "acquired": "2024-02-01", "units": 10, "costPerUnit": 190 }] },
          ],
        }
        """;

    /// <summary>Sam and Alex own American shares and gold, in one account.</summary>
    /// <param name="account">The account's id.</param>
    /// <param name="broker">Where it is.</param>
    /// <param name="mode">observe or paper.</param>
    /// <param name="number">What the broker calls it.</param>
    /// <param name="shares">What the broker calls the shares.</param>
    /// <param name="gold">What the broker calls the gold.</param>
    public static string Household(string account, string broker, string mode, string number, string shares, string gold) => $$"""
        {
          "household": { "id": "smith", "name": "Sam and Alex", "currency": "USD", "phase": "accumulation" },
          "members": [{ "id": "sam", "name": "Sam", "tax": { "law": "us", "filing": "single", "statePercent": 0, "otherIncome": 90000 } }],
          "accounts": [{ "id": "{{account}}", "member": "sam", "broker": "{{broker}}", "currency": "USD", "mode": "{{mode}}", "number": "{{number}}" }],
          "classes": [
            { "id": "stocks", "name": "American shares", "broad": "domesticEquity", "target": 70 },
            { "id": "gold", "name": "Gold", "broad": "gold", "target": 30 },
          ],
          "instruments": [
            { "id": "VOO", "name": "S&P 500 ETF", "class": "stocks", "tag": "buy", "venue": "NYSE", "currency": "USD", "settlementDays": 1,
              "taxClass": "us-equity", "charges": "us-stock-alpaca", "accounts": ["{{account}}"], "symbols": { "{{broker}}": "{{shares}}", "yahoo": "VOO" } },
            { "id": "GLD", "name": "Gold trust", "class": "gold", "tag": "buy", "venue": "NYSE", "currency": "USD", "settlementDays": 1,
              "taxClass": "us-collectible", "charges": "us-stock-alpaca", "accounts": ["{{account}}"], "symbols": { "{{broker}}": "{{gold}}", "yahoo": "GLD" } },
          ],
          "fundingRoutes": [],
          "income": [],
          "expenses": { "monthly": 10, "essentialMonthly": 1, "paidFrom": "{{account}}" },
          "reserve": { "emergencyMonths": 12, "retirementMonths": 36, "floorMonths": 12, "refillMonths": 6, "openingCash": [{ "account": "{{account}}", "amount": 12 }] },
          "buy": { "surplus": "carry", "maximumFixedCostPercent": 1.5 },
          "sell": { "maximumDrift": 20, "minimumDrift": 10, "months": 6, "longTermOnly": true, "incomplete": "end" },
          "schedule": { "venue": "NYSE", "at": "10:00", "timeZone": "America/New_York", "graceDays": 3 },
          "approval": { "rule": "automatic", "tolerancePercent": 2, "expiresAfterDays": 3, "batchDays": 15 },
          "limits": {
            "maximumOrder": 100000, "maximumTurnoverPercent": 100, "maximumDailyValue": 1000000, "maximumDailyOrders": 40, "priceCollarPercent": 3,
            "slippagePercent": 0.3, "stalePriceDays": 1, "staleNavDays": 3, "staleFxDays": 4, "implausibleDrift": 50, "implausibleQuantityPercent": 0.1,
          },
        }
        """;
}
