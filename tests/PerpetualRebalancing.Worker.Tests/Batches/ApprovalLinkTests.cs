using PerpetualRebalancing.Adapters.Vault;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Worker.Batches;

namespace PerpetualRebalancing.Worker.Tests.Batches;

public sealed class ApprovalLinkTests
{
    private static readonly DateTimeOffset Expires = new(2026, 7, 3, 4, 30, 0, TimeSpan.Zero);
    private static readonly ApprovalToken Token = new(new BatchId("8f6a67c519"), new string('a', 64), LinkAction.Approve, new MemberId("asha"), Expires);
    private static readonly ApprovalLink Link = Of('1');

    [Fact]
    public void A_link_reads_back_as_what_it_was_written_for()
    {
        var address = Link.Write(new Uri("https://home.example.org/invest/"), Token);
        Assert.StartsWith("https://home.example.org/invest/answer?b=8f6a67c519&", address.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(Token, Link.Read(Fields(address), Expires.AddSeconds(-1)));
    }

    [Fact]
    public void A_link_is_nothing_once_it_expired_or_under_another_key()
    {
        var fields = Fields(Link.Write(new Uri("https://h/"), Token));
        Assert.Null(Link.Read(fields, Expires));
        Assert.Null(Of('2').Read(fields, Expires.AddDays(-1)));
    }

    [Fact]
    public void Every_character_of_every_field_counts()
    {
        var fields = Fields(Link.Write(new Uri("https://h/"), Token));
        foreach (var (name, value) in fields)
        {
            Assert.Null(Link.Read(fields.Where(f => f.Key != name).ToDictionary(), Expires.AddDays(-1)));
            for (var i = 0; i < value.Length; i++)
            {
                var changed = value[..i] + (value[i] == '5' ? '6' : '5') + value[(i + 1)..];
                Assert.Null(Link.Read(new Dictionary<string, string>(fields) { [name] = changed }, Expires.AddDays(-1)));
            }
        }
    }

    [Fact]
    public void A_character_cannot_move_from_one_field_to_the_next()
    {
        var fields = Fields(Link.Write(new Uri("https://h/"), Token));
        var moved = new Dictionary<string, string>(fields) { ["b"] = fields["b"] + fields["p"][0], ["p"] = fields["p"][1..] };
        Assert.Null(Link.Read(moved, Expires.AddDays(-1)));
    }

    private static ApprovalLink Of(char digit) => new(RuntimeKey.Parse(new string(digit, 64))!);

    private static Dictionary<string, string> Fields(Uri address) =>
        address.Query[1..].Split('&').Select(f => f.Split('=', 2)).ToDictionary(f => f[0], f => Uri.UnescapeDataString(f[1]));
}
