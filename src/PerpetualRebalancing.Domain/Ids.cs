namespace PerpetualRebalancing.Domain;

/// <summary>A name that the household's configuration gives to something; unique among its kind.</summary>
/// <typeparam name="TSelf">The kind of identity.</typeparam>
public interface IId<TSelf> where TSelf : IId<TSelf>
{
    /// <summary>The name as written in the configuration.</summary>
    string Value { get; }

    /// <summary>Makes the identity from its name.</summary>
    static abstract TSelf Of(string value);
}

/// <summary>Names a household.</summary>
public sealed record HouseholdId(string Value) : IId<HouseholdId>
{
    /// <inheritdoc/>
    public static HouseholdId Of(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Names a member of the household: one taxpayer.</summary>
public sealed record MemberId(string Value) : IId<MemberId>
{
    /// <inheritdoc/>
    public static MemberId Of(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Names an account: one member's account at one broker or registrar, in one currency.</summary>
public sealed record AccountId(string Value) : IId<AccountId>
{
    /// <inheritdoc/>
    public static AccountId Of(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Names an asset class: a line of the target allocation.</summary>
public sealed record ClassId(string Value) : IId<ClassId>
{
    /// <inheritdoc/>
    public static ClassId Of(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Names an instrument: what is traded.</summary>
public sealed record InstrumentId(string Value) : IId<InstrumentId>
{
    /// <inheritdoc/>
    public static InstrumentId Of(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Names a tax lot: units bought together on one day. Given once, when the lot is recorded, and never reused.</summary>
public sealed record LotId(string Value) : IId<LotId>
{
    private const char PartMark = '~';

    /// <inheritdoc/>
    public static LotId Of(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    private ReadOnlySpan<char> Purchase => Value.AsSpan(0, Value.IndexOf(PartMark) is >= 0 and var at ? at : Value.Length);

    /// <summary>The name of a part of this lot that is split off.</summary>
    /// <param name="rest">Units that stay: less than at any time before.</param>
    public LotId Part(Quantity rest) => new($"{Value}{PartMark}{rest}");

    /// <summary>Whether both are, or are parts of, one lot that was bought at once.</summary>
    public bool IsSamePurchaseAs(LotId other) => Purchase.SequenceEqual(other.Purchase);
}

/// <summary>Names a leg inside its plan: S1 is its first sale, B2 its second purchase, F1 its first funding, W1 its first withdrawal.</summary>
public sealed record LegId(string Value) : IId<LegId>
{
    /// <inheritdoc/>
    public static LegId Of(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Names a batch: a plan on its way to the market. The plan's short code: ten letters and digits of its hash.</summary>
public sealed record BatchId(string Value) : IId<BatchId>
{
    /// <inheritdoc/>
    public static BatchId Of(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
