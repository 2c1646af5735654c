using System.Globalization;
using System.Text;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Messages;

/// <summary>The files that go with a report: the plan as it was decided, and what became of each leg as a table.</summary>
internal static class PlannedAndDone
{
    private const string Header = "leg,do,account,what,planned units,planned price,planned value,currency,done units,done value,charges,state,why";

    /// <summary>Both files.</summary>
    public static IEnumerable<OutboxAttachment> Files(StoredPlan plan, Batch batch) =>
    [
        new($"plan-{plan.Slot}-{batch.Id}.json", "application/json", Encoding.UTF8.GetBytes(plan.Json)),
        new($"legs-{plan.Slot}-{batch.Id}.csv", "text/csv; charset=utf-8", Encoding.UTF8.GetBytes(Csv(batch))),
    ];

    /// <summary>One row per leg; amounts in plain digits.</summary>
    public static string Csv(Batch batch)
    {
        var text = new StringBuilder(Header).Append('\n');
        foreach (var leg in batch.Legs)
        {
            var plan = leg.Plan;
            string[] fields =
            [
                plan.Id.Value, LegText.Verb(plan), plan.Account.Value, LegText.What(plan), Canonical.Text(plan.Quantity.Units),
                plan.Price is { } price ? Canonical.Text(price.Amount) : "", Canonical.Text(plan.Value.Amount), plan.Value.Currency.Code,
                Canonical.Text(leg.Filled.Units), Canonical.Text(leg.Moved.Amount), Canonical.Text(leg.Charges.Amount), leg.State.ToString(),
                MoneyFormat.FullSentence(plan.Reason.Words),
            ];
            text.Append(CultureInfo.InvariantCulture, $"{string.Join(',', fields.Select(CsvField.Quoted))}\n");
        }

        return text.ToString();
    }
}
