namespace PerpetualRebalancing.Domain;

/// <summary>An ISO 4217 currency, by its three capital letters. Pence and other subunits are not currencies: a price in
/// pence is converted where it is read.</summary>
/// <remarks>Every currency the product trades has two decimal places; <see cref="MinorUnit"/> is the smallest money unit.
/// <c>default</c> has no code and cannot be combined with money of any currency.</remarks>
public readonly record struct Currency
{
    /// <summary>The smallest amount of money that is booked: one paisa, one cent, one penny.</summary>
    public const decimal MinorUnit = 0.01m;

    /// <summary>Indian rupee.</summary>
    public static readonly Currency Inr = new("INR");

    /// <summary>United States dollar.</summary>
    public static readonly Currency Usd = new("USD");

    /// <summary>Pound sterling.</summary>
    public static readonly Currency Gbp = new("GBP");

    /// <summary>Euro.</summary>
    public static readonly Currency Eur = new("EUR");

    private readonly string? _code;

    private Currency(string code) => _code = code;

    /// <summary>The three letters, for example <c>INR</c>.</summary>
    public string Code => _code ?? "---";

    /// <summary>The currencies the product knows, in the order they are offered.</summary>
    public static IReadOnlyList<Currency> Known { get; } = [Inr, Usd, Gbp, Eur];

    /// <summary>Reads a currency code.</summary>
    /// <returns>False when the code is not one of <see cref="Known"/>.</returns>
    public static bool TryParse(string? code, out Currency currency)
    {
        foreach (var known in Known)
        {
            if (known.Code == code)
            {
                currency = known;
                return true;
            }
        }

        currency = default;
        return false;
    }

    /// <summary>Reads a currency code that was written by this product.</summary>
    /// <exception cref="FormatException">The code is not a known currency.</exception>
    public static Currency Parse(string code) =>
        TryParse(code, out var currency) ? currency : throw new FormatException($"'{code}' is not a known currency.");

    /// <inheritdoc/>
    public override string ToString() => Code;
}
