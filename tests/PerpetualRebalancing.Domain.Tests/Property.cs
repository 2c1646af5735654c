using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace PerpetualRebalancing.Domain.Tests;

/// <summary>
/// Runs a property on generated cases. The seed follows from the test's name, so that a failure is the same on every machine;
/// <c>PROPERTY_SEED</c> replaces it, and <c>NIGHTLY=1</c> runs many more cases on a seed of the day.
/// </summary>
internal static class Property
{
    private const int CasesPerBuild = 2_000;
    private const int CasesPerNight = 50_000;

    private static readonly bool Nightly = Environment.GetEnvironmentVariable("NIGHTLY") == "1";

    public static void Holds<T>(Gen<T> cases, Action<T> property, [CallerMemberName] string name = "")
    {
        var seed = Seed(name);
        var config = Config.QuickThrowOnFailure
            .WithMaxTest(Nightly ? CasesPerNight : CasesPerBuild)
            .WithQuietOnSuccess(true)
            .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(seed), FSharpOption<int>.None)));
        try
        {
            Check.One(name, config, Prop.ForAll(cases.ToArbitrary(), property));
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{name}: seed {seed} (set PROPERTY_SEED={seed} to see it again). {failure.Message}", failure);
        }
    }

    private static ulong Seed(string name)
    {
        if (ulong.TryParse(Environment.GetEnvironmentVariable("PROPERTY_SEED"), out var given))
            return given;

        // FNV-1a: string.GetHashCode differs from run to run.
        var hash = 14695981039346656037UL;
        foreach (var letter in name)
            hash = unchecked((hash ^ letter) * 1099511628211UL);
        return Nightly ? unchecked(hash + (ulong)TimeProvider.System.GetUtcNow().DayNumber()) : hash;
    }

    private static int DayNumber(this DateTimeOffset instant) => DateOnly.FromDateTime(instant.UtcDateTime).DayNumber;
}
