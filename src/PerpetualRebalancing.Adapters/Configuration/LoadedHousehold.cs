using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>A household file without faults.</summary>
/// <param name="Household">What it says.</param>
/// <param name="Warnings">What a careful person would look at again; one line each, naming the file and the key.</param>
public sealed record LoadedHousehold(Household Household, ImmutableArray<string> Warnings);
