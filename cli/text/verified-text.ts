import { counted } from '../../domain/counted.ts';
import type { Report } from '../../domain/history/verify-history.ts';

/** Findings and notes that a person reads; --json has up to a thousand of each. */
const mostListed = 20;

/** Returns the result of a verification for people: first whether the history is intact, then each break. */
export function verifiedText(report: Report): string {
  const { complete, findings, breaks, notes, checked } = report;
  const { months, links, rollbacks, exports } = checked;
  const rest = `${counted(links, 'link')} of ${counted(months, 'month')}, ${counted(exports, 'exported object')}`;
  const found = breaks === 1 ? 'one break' : `${breaks === 0 ? 'no' : breaks} ${breaks === 0 ? 'break' : 'breaks'}`;
  const what = `${counted(rollbacks, 'rollback')}, ${rest}`;
  const ended = breaks > 0 ? `BROKEN: ${found} in ${what}. The first:` : `INTACT: ${what}.`;
  const interrupted = `INTERRUPTED: ${found} so far in ${seenOf(report)}, ${rest}. The others were not looked at; run the command again.`;
  const head = complete ? ended : interrupted;
  return [
    head,
    ...listed(findings.map(({ says }) => says)),
    ...(breaks > 0 ? ['What to do: docs/runbook.md#verify-history-reports-a-break'] : []),
    ...(notes.length > 0 ? ['NOTES', ...listed(notes)] : []),
  ].join('\n');
}

/** The rollbacks that were looked at, of those that are known. Before the links are read, nobody knows how many there are. */
const seenOf = ({ known, checked: { rollbacks } }: Report): string =>
  known === null ? 'no rollback' : `${rollbacks} of ${counted(Math.max(known, rollbacks), 'known rollback')}`;

function listed(lines: readonly string[]): string[] {
  const rest = lines.length - mostListed;
  return [
    ...lines.slice(0, mostListed).map((line) => `  ${line}`),
    ...(rest > 0 ? [`  and ${rest} more (--json)`] : []),
  ];
}
