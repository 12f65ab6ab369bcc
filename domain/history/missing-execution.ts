/** Step Functions keeps an execution for 90 days after its end; AWS shortens that on request to 30 (quotas, "Execution history retention"). */
const keptForDays = 30;

/**
 * Returns what it means that Step Functions has no execution of a rollback: somebody invented the rollback, or deleted its
 * state machine. undefined if it was opened (ISO 8601) so long ago that Step Functions may have deleted the execution itself.
 */
export function missingExecution(rollback: string, opened: string, now: number): string | undefined {
  if (now - Date.parse(opened) >= keptForDays * 24 * 3600_000) return undefined;
  return `INVENTED: Step Functions has no execution ${rollback}, which it would keep for ${keptForDays} days at least. If its state machine was deleted since, that explains it`;
}
