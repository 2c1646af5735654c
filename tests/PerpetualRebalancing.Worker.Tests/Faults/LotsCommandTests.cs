using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Worker.Tests.Faults;

/// <summary>Statements come, go and come again through the built program.</summary>
public sealed class LotsCommandTests : IDisposable
{
    private const string First = "date,action,instrument,units,price,charges\n2026-06-01,buy,NIFTYBEES,100,250.50,10\n2026-07-01,sell,NIFTYBEES,60,300,0\n";

    private readonly Installation _installation = new();

    public void Dispose() => _installation.Dispose();

    [Fact]
    public async Task An_import_changes_lots_and_gains_once_and_undoing_it_restores_both_exactly()
    {
        Write("first.csv", First);
        var before = (await _installation.Start("lots", "list", "--json")).Output;
        Assert.Equal(ExitCode.Done, (await _installation.Start("lots", "import", "first.csv", "--account", "asha-demat", "--dry-run")).Code);
        Assert.False(Directory.Exists(_installation.Data));

        var run = await _installation.Start("lots", "import", "first.csv", "--account", "asha-demat");
        Assert.Equal((ExitCode.Done, "first.csv is imported: import 1 of asha-demat, 2026-06-01 to 2026-07-01"), (run.Code, run.Lines[0]));
        var facts = Facts();
        Assert.Equal([typeof(Fact.LotsSet), typeof(Fact.GainRecorded)], facts[^2..].Select(f => f.GetType()));

        // 60 units of the oldest lot, which cost 185.70: a gain of 60 × (300 − 185.70).
        Assert.Equal(6858m, ((Fact.GainRecorded)facts[^1]).Entry.Amount.Amount);

        run = await _installation.Start("lots", "import", "first.csv", "--account", "asha-demat");
        Assert.Equal("first.csv counts already as import 1 of asha-demat: nothing changed.", run.Lines[0]);
        Assert.Equal(facts.Length, Facts().Length);

        // 100 bought and 60 sold that the paper account knows nothing of.
        run = await _installation.Start("lots", "reconcile");
        Assert.Equal(ExitCode.Blocked, run.Code);
        Assert.Contains(run.Lines, l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["asha-demat", "NIFTYBEES", "5,860", "5,820", "-40"]);

        run = await _installation.Start("lots", "undo", "1");
        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Equal(before, (await _installation.Start("lots", "list", "--json")).Output);
        Assert.Equal(0m, Facts().OfType<Fact.GainRecorded>().Sum(g => g.Entry.Amount.Amount));
        Assert.Equal(ExitCode.Done, (await _installation.Start("lots", "reconcile")).Code);
    }

    [Fact]
    public async Task A_later_file_replaces_the_days_it_covers_and_corrects_the_gains_by_the_difference()
    {
        Write("first.csv", First);
        Write("second.csv", "date,action,instrument,units,price\n2026-06-15,buy,NIFTYBEES,5,260\n2026-07-01,sell,NIFTYBEES,50,300\n2026-07-02,buy,NIFTYBEES,7,301\n");
        await _installation.Start("lots", "import", "first.csv", "--account", "asha-demat");
        var run = await _installation.Start("lots", "import", "second.csv", "--account", "asha-demat");
        Assert.Equal(ExitCode.Done, run.Code);
        var gains = Facts().OfType<Fact.GainRecorded>().ToArray();
        Assert.Equal([6858m, -1143m], gains.Select(g => g.Entry.Amount.Amount));
        Assert.StartsWith("corrected in asha-demat", gains[1].Why, StringComparison.Ordinal);
        run = await _installation.Start("lots", "list", "--account", "asha-demat", "--instrument", "NIFTYBEES");
        Assert.Contains("NIFTYBEES in asha-demat: 5,882 units", run.Lines);
    }

    [Fact]
    public async Task An_export_imports_to_the_same_lots()
    {
        var export = await _installation.Start("lots", "list", "--account", "asha-demat", "--csv");
        Write("lots.csv", export.Output);
        var run = await _installation.Start("lots", "import", "lots.csv", "--account", "asha-demat");
        Assert.Equal((ExitCode.Done, "  No lot changes."), (run.Code, run.Lines[1]));
        Assert.Equal(export.Output, (await _installation.Start("lots", "list", "--account", "asha-demat", "--csv")).Output);
        Assert.DoesNotContain(Facts(), f => f is Fact.LotsSet);
    }

    [Theory]
    [InlineData("lots.csv: line 2, units: takes 99999 units of NIFTYBEES, but 3880 are there on 2026-05-30", "2026-05-30,sell,NIFTYBEES,99999,300,0")]
    [InlineData("lots.csv: line 2, date: NIFTYBEES left on 2026-05-28, and the opening book lists older lots of it as they stood later, on 2026-05-29", "2026-05-28,sell,NIFTYBEES,1,300,0")]
    [InlineData("lots.csv: line 2, instrument: is 'NIFTYBEAS', which no instrument of the household has", "2026-05-28,sell,NIFTYBEAS,1,300,0")]
    public async Task A_file_that_cannot_be_true_is_refused_and_nothing_is_recorded(string fault, string row)
    {
        Assert.Equal(ExitCode.Done, (await _installation.Start("job-loss", "on")).Code);
        var facts = Facts().Length;
        Write("lots.csv", $"date,action,instrument,units,price,charges\n{row}\n");
        Installation.AssertRefused(await _installation.Start("lots", "import", "lots.csv", "--account", "ravi-demat"), fault);
        Assert.Equal(facts, Facts().Length);
    }

    [Fact]
    public async Task Nothing_is_imported_while_a_batch_is_open_on_the_account()
    {
        Assert.Equal(ExitCode.AwaitingApproval, (await _installation.Start("review")).Code);
        Write("first.csv", First);
        Installation.AssertRefused(await _installation.Start("lots", "import", "first.csv", "--account", "asha-demat"), "--account: asha-demat has the open batch");
    }

    [Fact]
    public async Task Slips_are_told_with_what_is_allowed()
    {
        Write("first.csv", First);
        Installation.AssertRefused(await _installation.Start("lots", "import", "first.csv", "--account", "asha"), "--account: is 'asha', which is unknown; allowed: asha-demat, ravi-demat, asha-global");
        Installation.AssertRefused(await _installation.Start("lots", "import", "none.csv", "--account", "asha-demat"), "none.csv: ");
        Installation.AssertRefused(await _installation.Start("lots", "undo", "7"), "lots undo: there is no import 7; allowed: none was made yet");
        Installation.AssertRefused(await _installation.Start("lots", "list", "--csv"), "--csv: a file is of one account; allowed: with --account");
    }

    [Fact]
    public async Task The_statement_of_another_person_is_refused()
    {
        _installation.Edit("household.json", "\"id\": \"PHYS\",", "\"id\": \"PHYS\", \"isin\": \"US46090E1038\",");
        Write("one.xml", Flex("U1111111"));
        Write("two.xml", Flex("U2222222"));
        Assert.Equal(ExitCode.Done, (await _installation.Start("lots", "import", "one.xml", "--account", "asha-global")).Code);
        Installation.AssertRefused(
            await _installation.Start("lots", "import", "two.xml", "--account", "asha-global"), "two.xml: the whole file, accountId: differs from import 1 (one.xml) of asha-global");
    }

    private static string Flex(string account) => $"""
        <FlexQueryResponse><FlexStatements><FlexStatement accountId="{account}" fromDate="20260601" toDate="20260630"><OpenPositions>
        <OpenPosition currency="USD" symbol="PHYS" isin="US46090E1038" position="{account[1]}" costBasisPrice="13" openDateTime="20230505" levelOfDetail="LOT" />
        </OpenPositions></FlexStatement></FlexStatements></FlexQueryResponse>
        """;

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_installation.Root, name), text);

    private Fact[] Facts()
    {
        using var store = _installation.Open();
        return [.. store.Facts().Select(f => f.Fact)];
    }
}
