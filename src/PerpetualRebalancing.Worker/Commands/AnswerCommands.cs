using System.CommandLine;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Worker.Batches;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>approve</c> and <c>reject</c>: answers to an approval request.</summary>
public static class AnswerCommands
{
    /// <summary>Builds <c>approve</c>.</summary>
    public static Command BuildApprove(CommandContext context)
    {
        var code = Code();
        var command = new ExampleCommand(
            "approve", "Approve a plan; the gates run again on fresh prices first", "approve 8f6a67c519", "approve 8f6a  # its first characters, if only one request begins with them") { code };
        command.SetAction((parsed, cancellationToken) => DeskCommand.RunAsync(context, parsed, async desk =>
        {
            var answer = await new Approvals(desk, new MonthlyReview(desk)).ApproveAsync(parsed.GetRequiredValue(code), DeskCommand.Person, cancellationToken);
            if (answer is ApprovalAnswer.Approved or ApprovalAnswer.Replanned)
            {
                await DeskCommand.AdvanceAsync(desk, cancellationToken);
            }

            return Say(context, parsed, answer);
        }));
        return command;
    }

    /// <summary>Builds <c>reject</c>.</summary>
    public static Command BuildReject(CommandContext context)
    {
        var code = Code();
        var reason = new Option<string>("--reason") { Description = "Why, for the record", HelpName = "TEXT", Required = true };
        var command = new ExampleCommand("reject", "Reject a plan; nothing of it is placed", "reject 8f6a67c519 --reason \"waiting for the bonus\"") { code, reason };
        command.SetAction((parsed, cancellationToken) => DeskCommand.RunAsync(context, parsed, desk =>
        {
            var answer = new Approvals(desk, new MonthlyReview(desk)).Reject(parsed.GetRequiredValue(code), parsed.GetRequiredValue(reason), DeskCommand.Person);
            return Task.FromResult(Say(context, parsed, answer));
        }));
        return command;
    }

    private static Argument<string> Code() => new("ID") { Description = "The plan's short code, as the request and 'status' show it" };

    private static int Say(CommandContext context, ParseResult parsed, ApprovalAnswer answer)
    {
        if (answer is ApprovalAnswer.Unknown)
        {
            throw new ConfigurationException(answer.Words);
        }

        context.OutputOf(parsed).Say(MoneyFormat.Sentence(answer.Words), answer is ApprovalAnswer.Approved or ApprovalAnswer.FirstOfTwo or ApprovalAnswer.Rejected ? Tone.Good : Tone.Warning);
        return answer switch
        {
            ApprovalAnswer.Approved or ApprovalAnswer.Rejected => ExitCode.Done,
            ApprovalAnswer.Blocked or ApprovalAnswer.Replanned { Review: ReviewOutcome.Blocked } => ExitCode.Blocked,
            ApprovalAnswer.Replanned or ApprovalAnswer.FirstOfTwo => ExitCode.AwaitingApproval,
            _ => ExitCode.Failed,
        };
    }
}
