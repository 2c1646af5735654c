using System.Globalization;
using System.Text.RegularExpressions;
using PerpetualRebalancing.Domain;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>Numbers as people read them: rupees in lakhs and crores, other currencies in thousands. Never read back by a program.</summary>
public static partial class MoneyFormat
{
    private static readonly NumberFormatInfo Thousands = Grouped(3);

    // Indian grouping: the last three digits, then pairs. The culture itself is not available under invariant globalization.
    private static readonly NumberFormatInfo Lakhs = Grouped(3, 2);

    /// <summary>With two decimals: <c>₹ 12,34,567.89</c>.</summary>
    public static string Text(Money money) => Text(money.Amount, money.Currency, "#,##0.00");

    /// <summary>In whole units of the currency: <c>₹ 12,34,568</c>.</summary>
    public static string Whole(Money money) => Text(money.Amount, money.Currency, "#,##0");

    /// <summary>With the decimals it has, two to six.</summary>
    public static string Price(UnitPrice price) => Text(price.Amount, price.Currency, "#,##0.00####");

    /// <summary>Units with the decimals they have.</summary>
    public static string Units(Quantity quantity) => quantity.Units.ToString("#,##0.######", Thousands);

    /// <summary>A drift in signed percentage points: <c>+0.55</c>.</summary>
    public static string Points(Drift drift) => drift.Points.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);

    /// <summary>Portfolio drift and ceilings, which have no sign: <c>10.00</c>.</summary>
    public static string Size(Drift drift) => drift.Points.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>A share: <c>40 %</c>, <c>80.3 %</c>.</summary>
    public static string Percent(Weight weight) => $"{weight.Percent.ToString("0.##", CultureInfo.InvariantCulture)} %";

    /// <summary>A day: <c>2026-08-31</c>.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A moment on the clock of a place: <c>Mon 31 Aug 2026 10:00</c>.</summary>
    public static string Moment(DateTimeOffset moment, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(moment, zone).ToString("ddd d MMM yyyy HH:mm", CultureInfo.InvariantCulture);

    /// <summary>A sentence of the domain with its amounts (<c>1234567.5 INR</c>) as people read them.</summary>
    public static string Sentence(string text) => Amount().Replace(text, match => Text(
        decimal.Parse(match.Groups["amount"].Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture),
        Currency.Parse(match.Groups["currency"].Value),
        match.Groups["amount"].Value.Contains('.', StringComparison.Ordinal) ? "#,##0.00####" : "#,##0"));

    /// <summary>With a capital first letter and a full stop.</summary>
    public static string FullSentence(string text)
    {
        var sentence = Sentence(text);
        return sentence.Length == 0 ? "" : $"{char.ToUpperInvariant(sentence[0])}{sentence[1..]}{(sentence.EndsWith('.') ? "" : ".")}";
    }

    private static string Text(decimal amount, Currency currency, string format)
    {
        var digits = Math.Abs(amount).ToString(format, currency == Currency.Inr ? Lakhs : Thousands);
        var sign = amount < 0m && digits.Any(d => d is >= '1' and <= '9') ? "-" : "";
        return $"{sign}{Symbol(currency)}{digits}";
    }

    private static string Symbol(Currency currency) => currency.Code switch
    {
        "INR" => "₹ ",
        "USD" => "$",
        "GBP" => "£",
        "EUR" => "€",
        _ => $"{currency.Code} ",
    };

    private static NumberFormatInfo Grouped(params int[] sizes) =>
        new() { NumberGroupSizes = sizes, NumberGroupSeparator = ",", NumberDecimalSeparator = ".", NegativeSign = "-" };

    [GeneratedRegex(@"(?<![\w.-])(?<amount>-?[0-9]+(\.[0-9]+)?) (?<currency>INR|USD|GBP|EUR)\b")]
    private static partial Regex Amount();
}
