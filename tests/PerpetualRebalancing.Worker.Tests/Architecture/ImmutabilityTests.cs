using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace PerpetualRebalancing.Worker.Tests.Architecture;

public sealed class ImmutabilityTests
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    // A serializer context caches what it has looked up; callers cannot see it change.
    private static readonly Type[] Types = typeof(Domain.Money).Assembly.GetExportedTypes()
        .Where(t => !t.IsInterface && !t.IsEnum && !t.IsAssignableTo(typeof(JsonSerializerContext))).ToArray();

    [Fact]
    public void Public_domain_types_have_no_setters_but_init() => Rule.HasNoOffender(
        "A plan that can change after it was hashed proves nothing. Use init, and 'with' for another value:",
        from type in Types
        from property in type.GetProperties(Declared)
        where property.SetMethod is { IsPrivate: false } set && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit))
        select $"{type}.{property.Name}");

    [Fact]
    public void Public_domain_types_have_no_field_that_changes() => Rule.HasNoOffender(
        "Public domain types never change, inside or outside. Make the field readonly, or the type internal when it only works on a solution:",
        from type in Types
        from field in type.GetFields(Declared)
        where !field.IsInitOnly && !field.IsLiteral
        select $"{type}.{field.Name}");

    [Fact]
    public void Public_domain_types_show_no_collection_that_can_be_changed() => Rule.HasNoOffender(
        "Whoever holds this collection can change it. Use ImmutableArray, ImmutableDictionary or ReadOnlySpan:",
        (from type in Types
         from property in type.GetProperties(Declared)
         where property.GetMethod is { IsPrivate: false, IsAssembly: false } && CanBeChanged(property.PropertyType)
         select $"{type}.{property.Name}: {property.PropertyType}")
        .Concat(
         from type in Types
         from field in type.GetFields(Declared)
         where field.IsPublic && CanBeChanged(field.FieldType)
         select $"{type}.{field.Name}: {field.FieldType}"));

    [Theory]
    [InlineData(typeof(List<int>), true)]
    [InlineData(typeof(int[]), true)]
    [InlineData(typeof(IDictionary<string, int>), true)]
    [InlineData(typeof(System.Collections.Immutable.ImmutableArray<int>), false)]
    [InlineData(typeof(System.Collections.Immutable.ImmutableSortedDictionary<string, int>), false)]
    [InlineData(typeof(string), false)]
    public void The_rule_knows_collections_that_can_be_changed(Type type, bool changes) => Assert.Equal(changes, CanBeChanged(type));

    private static bool CanBeChanged(Type type) =>
        type.IsArray
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Span<>))
        || (type.Namespace != "System.Collections.Immutable"
            && type.GetInterfaces().Append(type).Any(i => i == typeof(IList) || i == typeof(IDictionary)
                || (i.IsGenericType && i.GetGenericTypeDefinition() is var open && (open == typeof(ICollection<>) || open == typeof(ISet<>)))));
}
