namespace PerpetualRebalancing.Worker.Tests.Cli;

public sealed class PrivacyTests
{
    [Fact]
    public async Task Only_its_owner_can_look_into_a_data_folder_that_the_program_makes()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("file modes are a matter of Unix");
            return;
        }

        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Root, "new", "data");
        await Executable.Start(folder.Root, "review", "--config", RepositoryFolder.Config(""), "--data", data);

        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(data));
        Assert.Equal(Owner, File.GetUnixFileMode(Path.Combine(data, "household.db")));
    }
}
