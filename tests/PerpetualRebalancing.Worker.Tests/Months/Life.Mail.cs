using PerpetualRebalancing.Adapters.Mail;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Messages;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Tests.Months;

internal sealed partial class Life
{
    /// <summary>Deals with the mails that came in, as the service does.</summary>
    public Task ReadMailAsync() => Alive(async () =>
    {
        await new MailAnswers(Desk, new MonthlyReview(Desk)).WorkAsync(Stop);
        return true;
    });

    /// <summary>Sends what waits, as the service does.</summary>
    public Task SendMailAsync(IMailSender? sender = null) => Alive(async () =>
    {
        await new Deliveries(Desk, sender ?? Desk.Sender).DeliverAsync(Stop);
        return true;
    });
}
