namespace PerpetualRebalancing.Domain;

/// <summary>What one unit costs: a market price or a NAV. Above zero.</summary>
/// <remarks><c>default</c> is no price: asking it for a value throws, so a missing price can never be read as a free one.</remarks>
public readonly record struct UnitPrice
{
    private readonly decimal _amount;

    /// <summary>Makes a price.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The amount is zero or negative.</exception>
    public UnitPrice(decimal amount, Currency currency)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(amount);
        _amount = amount;
        Currency = currency;
    }

    /// <summary>Money per unit.</summary>
    public decimal Amount => _amount > 0m ? _amount : throw new InvalidOperationException("There is no price here.");

    /// <summary>The currency the instrument trades in.</summary>
    public Currency Currency { get; }

    /// <summary>What a quantity is worth at this price, unrounded.</summary>
    public static Money operator *(UnitPrice price, Quantity quantity) => new(price.Amount * quantity.Units, price.Currency);

    /// <inheritdoc/>
    public override string ToString() => $"{Canonical.Text(Amount)} {Currency.Code}";
}
