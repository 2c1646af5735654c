namespace PerpetualRebalancing.Adapters.Tests.Store;

public sealed class ViewTests : IDisposable
{
    private readonly StoreFile _file = new StoreFile().WithStory();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Batches_show_how_they_were_approved_and_ended() => Rows(
        "select batch, slot, kind, needs_approval || '', approved_by, outcome, why from batches",
        ["4f1c09aa21", "2026-08", "Scheduled", "1", "asha", "Executed", "every leg is done"]);

    [Fact]
    public void Legs_show_where_they_are() => Rows(
        "select leg, purpose, account, instrument, planned_value, to_account, state from legs order by leg",
        ["B1", "Invest", "demat", "LIQUIDBEES", "20000 INR", "", "Filled"],
        ["F1", "Fund", "demat", "", "85000 INR", "foreign", "Arrived"],
        ["S1", "Trim", "demat", "NIFTYBEES", "25050 INR", "", "Filled"],
        ["W1", "Withdraw", "demat", "", "60000 INR", "", "AwaitingApproval"]);

    [Fact]
    public void Leg_states_show_the_way_of_a_leg() => Rows(
        "select state, ordered, client_key from leg_states where leg = 'S1' order by seq",
        ["Scheduled", "", ""],
        ["Submitting", "100", "key-S1"],
        ["Filled", "", ""]);

    [Fact]
    public void Fills_show_what_changed_hands() => Rows(
        "select fill, side, quantity, price, trade_date, settles_on, tax from fills order by seq",
        ["T-1", "Sell", "100", "250.5 INR", "2026-08-31", "2026-09-01", "865.82 INR"],
        ["T-2", "Buy", "20", "1000 INR", "2026-08-31", "2026-09-01", "0 INR"]);

    [Fact]
    public void Lot_events_show_a_lots_life() => Rows(
        "select event, lot, instrument, acquired, quantity, term, gain from lot_events order by seq",
        ["opened", "L1", "NIFTYBEES", "2022-01-03", "400", "", ""],
        ["sold", "L1", "NIFTYBEES", "2022-01-03", "100", "long", "6926.55 INR"],
        ["bought", "L2", "LIQUIDBEES", "2026-08-31", "20", "", ""]);

    [Fact]
    public void The_ledger_shows_every_movement_of_cash_and_claims() => Rows(
        "select account, entry, coalesce(amount, quantity || ' x ' || price), note from ledger order by seq, entry, account",
        ["demat", "earmark Reserve", "120000 INR", ""],
        ["demat", "opening", "500000 INR", ""],
        ["foreign", "opening", "40.5 USD", ""],
        ["demat", "income Salary", "75000.1 INR", "salary, \"August\"\nसैलरी"],
        ["demat", "left", "12.34 INR", "bank fee"],
        ["demat", "earmark Tax", "9000 INR", "estimated"],
        ["demat", "tax paid", "4000 INR", "challan 0042"],
        ["demat", "charge", "25 INR", "STT"],
        ["demat", "charge", "15.34 INR", "DP"],
        ["demat", "proceeds", "100 x 250.5 INR", "NIFTYBEES"],
        ["demat", "purchase", "20 x 1000 INR", "LIQUIDBEES"],
        ["demat", "charge", "500 INR", "F1"],
        ["demat", "sent", "85000 INR", "F1"],
        ["foreign", "arrived", "1000 USD", "F1"],
        ["demat", "withdrawn", "60000 INR", "W1"]);

    [Fact]
    public void The_sell_program_shows_its_months() => Rows(
        "select slot, step, month || '', ceiling, projected, drift_after, next, next_month || '', ended from sell_program",
        ["2026-08", "sell", "1", "0.05", "0.0625", "0.049", "active", "2", "None"]);

    private void Rows(string sql, params string[][] expected) => Assert.Equal(expected, _file.Query(sql));
}
