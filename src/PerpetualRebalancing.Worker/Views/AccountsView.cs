using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Worker.Views;

/// <summary>How an account stands.</summary>
/// <param name="Account">Which.</param>
/// <param name="Member">Whose.</param>
/// <param name="Broker">Where.</param>
/// <param name="Mode">What may be done at it, as recorded.</param>
/// <param name="Session">Whether it answers, in words.</param>
/// <param name="IsReady">Whether it answers.</param>
/// <param name="Until">When its login lapses; null when it does not by itself.</param>
/// <param name="NeededAt">When a login is needed next; null when nothing is planned there.</param>
/// <param name="Settled">Cash that can be spent; null when it was not read.</param>
/// <param name="Unsettled">Cash that trades still bring or take; null when it was not read.</param>
/// <param name="Holdings">How many instruments it holds; null when it was not read.</param>
/// <param name="Prices">Of its instruments: how many have a price now; null when none was asked for.</param>
internal sealed record AccountRow(
    AccountId Account, MemberId Member, string Broker, [property: JsonConverter(typeof(ModeJson))] AccountMode Mode, string Session, bool IsReady, DateTimeOffset? Until, DateTimeOffset? NeededAt,
    Money? Settled, Money? Unsettled, int? Holdings, int? Prices);

/// <summary>A mode as the household file writes it.</summary>
internal sealed class ModeJson() : JsonStringEnumConverter<AccountMode>(JsonNamingPolicy.CamelCase);

/// <summary>The accounts for a person and for a machine.</summary>
internal static class AccountsView
{
    /// <summary>For a machine.</summary>
    public static byte[] Json(ImmutableArray<AccountRow> rows) => JsonSerializer.SerializeToUtf8Bytes(rows, WorkerJson.Default.ImmutableArrayAccountRow);

    /// <summary>For a person.</summary>
    public static Page Render(string title, ImmutableArray<AccountRow> rows, TimeZoneInfo zone) => new PageWriter(title).Table(
        [
            new Column("account"), new Column("member"), new Column("broker"), new Column("mode"), Column.Number("settled cash"), Column.Number("unsettled"),
            Column.Number("holdings"), Column.Number("prices"), new Column("session", ColumnKind.Prose),
        ],
        rows.Select(r => ImmutableArray.Create<Cell>(
            r.Account.Value, r.Member.Value, r.Broker,
            new Cell(r.Mode.ToString().ToLowerInvariant(), r.Mode == AccountMode.Live ? Tone.Strong : Tone.Plain),
            r.Settled is { } settled ? MoneyFormat.Text(settled) : "-", r.Unsettled is { } unsettled ? MoneyFormat.Text(unsettled) : "-",
            r.Holdings is { } held ? FormattableString.Invariant($"{held}") : "-", r.Prices is { } prices ? FormattableString.Invariant($"{prices}") : "-",
            new Cell(Words(r, zone), r.IsReady ? Tone.Good : Tone.Bad)))).Page();

    private static string Words(AccountRow row, TimeZoneInfo zone) => string.Join("; ", new[]
    {
        row.Session,
        row.Until is { } until ? $"lapses {MoneyFormat.Moment(until, zone)}" : "",
        row.NeededAt is { } needed ? $"needed {MoneyFormat.Moment(needed, zone)}" : "",
    }.Where(s => s.Length > 0));
}
