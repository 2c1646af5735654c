using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;

namespace PerpetualRebalancing.Adapters.Tables;

/// <summary>The charge schedules as files (their form: config/charges/README.md).</summary>
public static class ChargeFiles
{
    private const decimal LargestRate = 1_000_000m;
    private static readonly DateOnly Earliest = new(1990, 1, 1);
    private static readonly DateOnly Latest = new(2100, 12, 31);

    /// <summary>Reads every schedule of a folder.</summary>
    /// <param name="folder">Holds at least one *.json.</param>
    /// <exception cref="ConfigurationException">A file cannot be used; every fault names its file and key.</exception>
    public static ChargeBook Load(string folder)
    {
        var files = TableFolder.Read(folder, "json", ReadFile);
        TableFolder.RequireUnique(
            from file in files from schedule in file.Content select (file.Path, "schedule", schedule.Id));
        return new ChargeBook([.. files.SelectMany(file => file.Content)]);
    }

    private static ImmutableArray<ChargeSchedule> ReadFile(string path)
    {
        using var document = TextFile.ReadJson(path);
        var faults = new FaultList(path);
        var file = new JsonNodeReader(document.RootElement, faults);
        file.Text("$schema", "the name of a schema", "");
        var code = file.Word("currency", [.. Currency.Known.Select(c => c.Code)], "currency");
        var currency = Currency.TryParse(code, out var known) ? known : default;
        var names = new Names("charge");
        var charges = new Dictionary<string, DatedCharge>(StringComparer.Ordinal);
        foreach (var item in file.Items("charges", required: true) ?? [])
        {
            charges[names.Give(item)] = ReadCharge(item);
        }

        var scheduleNames = new Names("schedule");
        var schedules = new List<(JsonNodeReader Item, ChargeSchedule Schedule)>();
        foreach (var item in file.Items("schedules", required: true) ?? [])
        {
            var id = scheduleNames.Give(item);
            var ids = item.Words("charges", "ids of charges of this file") ?? [];
            foreach (var unknown in ids.Where(charge => !charges.ContainsKey(charge)))
            {
                item.Fault("charges", $"'{unknown}' is not known{Suggestion.For(unknown, charges.Keys)}", string.Join(", ", charges.Keys));
            }

            schedules.Add((item, new ChargeSchedule(id, currency, [.. ids.Where(charges.ContainsKey).Select(charge => charges[charge])])));
            item.Close();
        }

        file.Close();
        faults.ThrowIfAny();

        // The book judges order and overlap, once all parts are sound; schedule by schedule, so that a fault names its place.
        foreach (var (item, schedule) in schedules)
        {
            if (Rejected(schedule) is { } problem)
            {
                item.Fault("charges", problem, "each charge once, after those it is counted on, with one rate per date");
            }
        }

        faults.ThrowIfAny();
        return [.. schedules.Select(item => item.Schedule)];
    }

    private static string? Rejected(ChargeSchedule schedule)
    {
        try
        {
            _ = new ChargeBook([schedule]);
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message.TrimEnd('.');
        }
    }

    private static DatedCharge ReadCharge(JsonNodeReader item)
    {
        var name = item.Text("name", "what the contract note calls it") ?? "-";
        var side = item.Word("side", ["buy", "sell", "both"], "side");
        var rates = (item.Items("rates", required: true) ?? []).Select(ReadRate).ToImmutableArray();
        item.Close();
        return new DatedCharge(name, side switch { "buy" => Side.Buy, "sell" => Side.Sell, _ => null }, rates);
    }

    private static ChargeRate ReadRate(JsonNodeReader item)
    {
        var from = item.Day("from", Earliest, Latest) ?? Earliest;
        DateOnly? to = item.Has("to") ? item.Day("to", Earliest, Latest) : null;
        if (to < from)
        {
            item.Fault("to", "is before 'from'", "a later day, or no 'to' while no end is known");
        }

        var basis = item.Choice<ChargeBasis>("basis") ?? default;
        var isFraction = basis is ChargeBasis.Value or ChargeBasis.Lines;
        var rate = item.Number("rate", 0m, isFraction ? 1m : LargestRate, isFraction ? "as a fraction" : "of money") ?? 0m;
        var minimum = item.Number("minimum", 0m, LargestRate, "of money", 0m) ?? 0m;
        decimal? maximum = item.Has("maximum") ? item.Number("maximum", minimum, LargestRate, "of money") : null;
        decimal? share = item.Has("maximumShare") ? item.Number("maximumShare", 0m, 1m, "as a fraction") : null;
        var of = item.Has("of") ? item.Words("of", "names of charges") ?? [] : [];
        if (basis == ChargeBasis.Lines == (of.Count == 0))
        {
            item.Fault("of", of.Count == 0 ? "is missing" : "is given", "names of charges for basis lines, nothing for any other");
        }

        var roundTo = item.Number("roundTo", Currency.MinorUnit, 100m, "of money", Currency.MinorUnit) ?? Currency.MinorUnit;
        var roundUp = item.Flag("roundUp", fallback: false);
        var source = item.Text("source", "who published the rate") ?? "-";
        var uncertain = item.Has("uncertain") ? item.Text("uncertain", "why the rate should be checked") : null;
        item.Close();
        return new ChargeRate(from, to, basis, rate, minimum, maximum, share, [.. of], roundTo, roundUp, source, uncertain);
    }
}
