-- Deletes the measurements of Phase 4's components. Profit and loss of the day (daily_pnl) is not theirs and stays.
DELETE FROM success_metrics;
DELETE FROM backfill_gaps;
DELETE FROM budget_snapshots;
