namespace PerpetualRebalancing.Domain.Ledger;

/// <summary>An account's cash since the household was recorded, by what moved it, and the claims on it. All amounts are in the
/// account's currency and not negative; <see cref="Cash"/> is what the account must show, to the last minor unit (semantics §2).</summary>
/// <param name="Account">Which account.</param>
/// <param name="Opening">Cash when the household was recorded.</param>
/// <param name="Income">Came in from outside.</param>
/// <param name="Proceeds">Of sales, before charges.</param>
/// <param name="Arrived">From other accounts.</param>
/// <param name="Left">Taken out by a person.</param>
/// <param name="Sent">To other accounts.</param>
/// <param name="Purchases">Before charges.</param>
/// <param name="Charges">Of sales, purchases and transfers.</param>
/// <param name="Withdrawn">Paid out for spending.</param>
/// <param name="TaxPaid">Paid to the state.</param>
/// <param name="Tax">Claim: set aside for taxes already caused.</param>
/// <param name="Reserve">Claim: liquidity reserve held as cash.</param>
/// <param name="Carried">Claim: fresh core cash carried to the next scheduled review.</param>
/// <param name="CarriedProceeds">Claim: sale proceeds carried to the next scheduled review.</param>
public sealed record AccountLedger(
    AccountId Account, Money Opening, Money Income, Money Proceeds, Money Arrived, Money Left, Money Sent, Money Purchases, Money Charges,
    Money Withdrawn, Money TaxPaid, Money Tax, Money Reserve, Money Carried, Money CarriedProceeds)
{
    /// <summary>What the account must show, settled or not.</summary>
    public Money Cash => Opening + Income + Proceeds + Arrived - Left - Sent - Purchases - Charges - Withdrawn - TaxPaid;

    /// <summary>The claims that every review respects.</summary>
    public Money Reserved => Tax + Reserve;

    /// <summary>An account with nothing in it but its opening cash.</summary>
    public static AccountLedger OpenedWith(AccountId account, Money cash)
    {
        var zero = Money.Zero(cash.Currency);
        return new AccountLedger(account, cash, zero, zero, zero, zero, zero, zero, zero, zero, zero, zero, zero, zero, zero);
    }

    /// <summary>The ledger after a claim changed.</summary>
    /// <exception cref="InvalidOperationException">The claim would become negative.</exception>
    public AccountLedger WithClaim(EarmarkKind kind, Money change)
    {
        var next = kind switch
        {
            EarmarkKind.Tax => this with { Tax = Tax + change },
            EarmarkKind.Reserve => this with { Reserve = Reserve + change },
            EarmarkKind.Carried => this with { Carried = Carried + change },
            EarmarkKind.CarriedProceeds => this with { CarriedProceeds = CarriedProceeds + change },
            _ => throw new InvalidOperationException($"{kind} is not a claim on cash."),
        };
        return next.Claim(kind).IsNegative
            ? throw new InvalidOperationException($"Account {Account}: the {kind} claim of {Claim(kind)} cannot change by {change}.")
            : next;
    }

    /// <summary>The size of a claim.</summary>
    public Money Claim(EarmarkKind kind) => kind switch
    {
        EarmarkKind.Tax => Tax,
        EarmarkKind.Reserve => Reserve,
        EarmarkKind.Carried => Carried,
        EarmarkKind.CarriedProceeds => CarriedProceeds,
        _ => throw new InvalidOperationException($"{kind} is not a claim on cash."),
    };
}
