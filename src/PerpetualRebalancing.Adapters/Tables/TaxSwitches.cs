using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain.Tax.UnitedStates;

namespace PerpetualRebalancing.Adapters.Tables;

/// <summary>The list <c>switches</c> of a tax file: how it answers what the law leaves open.</summary>
internal sealed class TaxSwitches(JsonNodeReader file)
{
    private readonly Dictionary<string, JsonNodeReader> _items = Index(file);
    private readonly List<string> _known = [];

    /// <summary>Reads a switch that must be there.</summary>
    public LawSwitch Read(string id)
    {
        _known.Add(id);
        if (!_items.TryGetValue(id, out var item))
        {
            file.Fault("switches", $"lacks '{id}'", "every switch with on, whenOn and whenOff");
            return new LawSwitch(true, "-");
        }

        if (!item.Has("on"))
        {
            item.Fault("on", "is missing", "true or false");
        }

        var on = item.Flag("on", fallback: true);
        var (whenOn, whenOff) = (item.Text("whenOn", "a sentence"), item.Text("whenOff", "a sentence"));
        item.Close();
        return new LawSwitch(on, (on ? whenOn : whenOff) ?? "-");
    }

    /// <summary>Ends the reading: a switch that nobody asked for is a fault.</summary>
    public void Close()
    {
        foreach (var (id, item) in _items.Where(i => !_known.Contains(i.Key)))
        {
            item.Fault("id", $"'{id}' is not a switch of this law", string.Join(", ", _known));
        }
    }

    private static Dictionary<string, JsonNodeReader> Index(JsonNodeReader file)
    {
        var names = new Names("switch");
        var items = new Dictionary<string, JsonNodeReader>(StringComparer.Ordinal);
        foreach (var item in file.Items("switches", required: true) ?? [])
        {
            items.TryAdd(names.Give(item), item);
        }

        return items;
    }
}
