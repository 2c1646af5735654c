namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>The file in which a person writes down the household's policy: JSON with comments, described by
/// <c>config/household.schema.json</c>, whose rules are checked here again together with those a schema cannot state.</summary>
public static class HouseholdFile
{
    /// <summary>Reads a household.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ConfigurationException">The file cannot be read or has faults: all of them at once.</exception>
    public static LoadedHousehold Load(string path)
    {
        using var document = TextFile.ReadJson(path);
        var faults = new FaultList(path);
        var reader = new HouseholdReader(faults);
        var household = reader.Read(document.RootElement);
        faults.ThrowIfAny();
        return new LoadedHousehold(household, HouseholdWarnings.Of(household, faults.File));
    }
}
