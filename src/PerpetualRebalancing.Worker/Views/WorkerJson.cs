using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax;
using PerpetualRebalancing.Worker.Commands;
using PerpetualRebalancing.Worker.Doctor;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Statements;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>What commands answer to machines, in the domain's canonical form: see <see cref="DomainJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    Converters =
    [
        typeof(DecimalJson), typeof(MoneyJson), typeof(CurrencyJson), typeof(QuantityJson), typeof(UnitPriceJson), typeof(WeightJson),
        typeof(DriftJson), typeof(SlotJson), typeof(IdJson<HouseholdId>), typeof(IdJson<MemberId>), typeof(IdJson<AccountId>), typeof(IdJson<ClassId>),
        typeof(IdJson<InstrumentId>), typeof(IdJson<LotId>), typeof(IdJson<LegId>), typeof(IdJson<BatchId>), typeof(IdJson<BucketId>),
    ])]
[JsonSerializable(typeof(SpreadsheetPlan))]
[JsonSerializable(typeof(DemoSummary))]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(NotRecorded))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(SalePreview))]
[JsonSerializable(typeof(TaxYearReport))]
[JsonSerializable(typeof(ProgramStep.Idle), TypeInfoPropertyName = "IdleStep")]
[JsonSerializable(typeof(ImmutableArray<AccountLedger>))]
[JsonSerializable(typeof(ImportReport))]
[JsonSerializable(typeof(ImmutableArray<LotRow>))]
[JsonSerializable(typeof(ImmutableArray<ReconciledPosition>))]
[JsonSerializable(typeof(AuditAnswer[]))]
[JsonSerializable(typeof(ReplayAnswer))]
[JsonSerializable(typeof(PlanExplanation))]
[JsonSerializable(typeof(BackupAnswer[]))]
[JsonSerializable(typeof(RestoreAnswer))]
[JsonSerializable(typeof(ImmutableArray<AccountRow>))]
[JsonSerializable(typeof(ImmutableArray<OrderRow>))]
[JsonSerializable(typeof(ImmutableArray<ReconciledRow>))]
[JsonSerializable(typeof(MailTestAnswer))]
[JsonSerializable(typeof(MailCheckAnswer))]
[JsonSerializable(typeof(ImmutableArray<RaisedAlert>))]
[JsonSerializable(typeof(ImmutableArray<MailedReport>))]
internal sealed partial class WorkerJson : JsonSerializerContext;
