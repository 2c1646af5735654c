using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Json;

/// <summary>The canonical JSON of the domain: the same value gives the same bytes on every machine and in every culture. Members
/// stand in declared order, numbers are strings without trailing zeros, nothing depends on the clock or a dictionary's order.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters =
    [
        typeof(DecimalJson), typeof(MoneyJson), typeof(CurrencyJson), typeof(QuantityJson), typeof(UnitPriceJson), typeof(WeightJson),
        typeof(DriftJson), typeof(SlotJson), typeof(IdJson<HouseholdId>), typeof(IdJson<MemberId>), typeof(IdJson<AccountId>), typeof(IdJson<ClassId>),
        typeof(IdJson<InstrumentId>), typeof(IdJson<LotId>), typeof(IdJson<LegId>), typeof(IdJson<BatchId>), typeof(IdJson<BucketId>),
    ])]
[JsonSerializable(typeof(Plan))]
[JsonSerializable(typeof(ProgramStep.Idle), TypeInfoPropertyName = "IdleStep")]
[JsonSerializable(typeof(Fact))]
[JsonSerializable(typeof(Snapshot))]
[JsonSerializable(typeof(ImmutableArray<GateVerdict>))]
public sealed partial class DomainJson : JsonSerializerContext
{
    /// <summary>The canonical bytes of a plan.</summary>
    public static byte[] Bytes(Plan plan) => JsonSerializer.SerializeToUtf8Bytes(plan, Default.Plan);

    /// <summary>Reads a plan that <see cref="Bytes(Plan)"/> wrote.</summary>
    /// <exception cref="JsonException">The bytes are not a plan this version knows.</exception>
    public static Plan ReadPlan(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, Default.Plan) ?? throw new JsonException("The bytes are not a plan.");

    /// <summary>The canonical bytes of a snapshot.</summary>
    public static byte[] Bytes(Snapshot snapshot) => JsonSerializer.SerializeToUtf8Bytes(snapshot, Default.Snapshot);

    /// <summary>Reads a snapshot that <see cref="Bytes(Snapshot)"/> wrote.</summary>
    /// <exception cref="JsonException">The bytes are not a snapshot this version knows.</exception>
    public static Snapshot ReadSnapshot(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, Default.Snapshot) ?? throw new JsonException("The bytes are not a snapshot.");

    /// <summary>SHA-256 of bytes, as 64 lower-case hexadecimal digits.</summary>
    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}

/// <summary>Decimals as canonical strings.</summary>
public sealed class DecimalJson : JsonConverter<decimal>
{
    /// <inheritdoc/>
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Canonical.Number(reader.GetString() ?? string.Empty);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteStringValue(Canonical.Text(value));
}

/// <summary>Money as <c>"123.45 INR"</c>.</summary>
public sealed class MoneyJson : JsonConverter<Money>
{
    /// <inheritdoc/>
    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var (amount, currency) = Split(ref reader);
        return new Money(amount, currency);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

    /// <summary>Reads an amount and a currency.</summary>
    internal static (decimal Amount, Currency Currency) Split(ref Utf8JsonReader reader)
    {
        var text = reader.GetString() ?? string.Empty;
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space > 0
            ? (Canonical.Number(text[..space]), Currency.Parse(text[(space + 1)..]))
            : throw new JsonException($"'{text}' is not an amount and a currency.");
    }
}

/// <summary>A price as <c>"123.45 INR"</c>.</summary>
public sealed class UnitPriceJson : JsonConverter<UnitPrice>
{
    /// <inheritdoc/>
    public override UnitPrice Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var (amount, currency) = MoneyJson.Split(ref reader);
        return new UnitPrice(amount, currency);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, UnitPrice value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>A currency as its code.</summary>
public sealed class CurrencyJson : JsonConverter<Currency>
{
    /// <inheritdoc/>
    public override Currency Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Currency.Parse(reader.GetString() ?? string.Empty);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Currency value, JsonSerializerOptions options) => writer.WriteStringValue(value.Code);
}

/// <summary>A quantity as a canonical number.</summary>
public sealed class QuantityJson : JsonConverter<Quantity>
{
    /// <inheritdoc/>
    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(Canonical.Number(reader.GetString() ?? string.Empty));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>A weight as a fraction.</summary>
public sealed class WeightJson : JsonConverter<Weight>
{
    /// <inheritdoc/>
    public override Weight Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(Canonical.Number(reader.GetString() ?? string.Empty));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Weight value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>A drift as a fraction.</summary>
public sealed class DriftJson : JsonConverter<Drift>
{
    /// <inheritdoc/>
    public override Drift Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(Canonical.Number(reader.GetString() ?? string.Empty));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Drift value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>A slot as <c>"2026-08"</c>.</summary>
public sealed class SlotJson : JsonConverter<Slot>
{
    /// <inheritdoc/>
    public override Slot Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Slot.Parse(reader.GetString() ?? string.Empty);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Slot value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>An identity as its name.</summary>
/// <typeparam name="TId">The kind of identity.</typeparam>
public sealed class IdJson<TId> : JsonConverter<TId> where TId : class, IId<TId>
{
    /// <inheritdoc/>
    public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TId.Of(reader.GetString() ?? throw new JsonException("An identity is missing."));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
