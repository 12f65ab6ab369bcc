import type { Report } from '../../domain/history/verify-history.ts';

/** Findings and notes that a person reads; --json has up to a thousand of each. */
const mostListed = 20;

/** Returns the result of a verification for people: first whether the history is intact, then each break. */
export function verifiedText({ complete, findings, breaks, notes, checked }: Report): string {
  const { months, links, rollbacks, exports } = checked;
  const what = `${counted(rollbacks, 'rollback')}, ${counted(links, 'link')} of ${counted(months, 'month')}, ${counted(exports, 'exported object')}`;
  const head =
    breaks > 0
      ? `BROKEN: ${breaks === 1 ? 'one break' : `${breaks} breaks`} in ${what}. The first:`
      : complete
        ? `INTACT: ${what}.`
        : `STOPPED: no break so far in ${what}.`;
  return [
    head,
    ...listed(findings.map(({ says }) => says)),
    ...(breaks > 0 ? ['What to do: docs/runbook.md#verify-history-reports-a-break'] : []),
    ...(notes.length > 0 ? ['NOTES', ...listed(notes)] : []),
  ].join('\n');
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

function listed(lines: readonly string[]): string[] {
  const rest = lines.length - mostListed;
  return [
    ...lines.slice(0, mostListed).map((line) => `  ${line}`),
    ...(rest > 0 ? [`  and ${rest} more (--json)`] : []),
  ];
}
