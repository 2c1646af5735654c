namespace PerpetualRebalancing.Worker.Tests.Live;

/// <summary>The service's work on the Indian household.</summary>
internal sealed class IndianWork(IndianHome home) : Work(home.Settings, home.Clock, home.MoveTo)
{
    /// <summary>The morning of the review, with a login.</summary>
    public async Task ReviewAsync()
    {
        home.MoveTo(IndianHome.Kolkata(2026, 11, 30, 9, 30));
        await home.LogInAsync();
        await StepAsync(IndianHome.Kolkata(2026, 11, 30, 10, 0));
    }
}
