import { counted } from '../counted.ts';
import { bad, good, type Line } from './readiness.ts';

/** The newest load test of a phase, by the customer's own script. */
export type LoadTest = {
  readonly phase: number;
  readonly passed: boolean;
  /** ISO 8601. */
  readonly at: string;
  /** The version that was deployed then; null: none was on record. */
  readonly version: string | null;
  /** Hosts by their results. */
  readonly hosts: Readonly<Record<'PASS' | 'FAIL' | 'INCONCLUSIVE', number>>;
  /** The execution. */
  readonly by: string;
};

const day = 24 * 3600_000;

/** `needed`: whether the environment names a script for load tests. */
export function loadLine(
  test: LoadTest | undefined,
  {
    needed,
    phase,
    days,
    now,
  }: { readonly needed: boolean; readonly phase: number; readonly days: number; readonly now: number },
): Line {
  if (!needed) return good('load', 'Not applicable: the environment names no script for load tests');
  const todo = `npm run rollback -- load --phase ${phase}`;
  if (!test) return bad('load', 'No load test of this phase was held', todo);
  const of = test.version === null ? '' : ` of ${test.version}`;
  if (!test.passed) {
    const { FAIL, INCONCLUSIVE } = test.hosts;
    const counts = [
      ...(FAIL > 0 ? [`FAIL on ${FAIL}`] : []),
      ...(INCONCLUSIVE > 0 ? [`no result of ${INCONCLUSIVE}`] : []),
    ];
    return bad(
      'load',
      `The newest load test${of} did not pass at ${test.at}: ${counts.join(', ') || 'no host was tested'}`,
      `Correct what the script reports, then: ${todo}`,
    );
  }
  const passed = `The load test${of} passed on ${counted(test.hosts.PASS, 'host')} at ${test.at}`;
  return now - Date.parse(test.at) > days * day
    ? bad('load', `${passed}, which is more than ${counted(days, 'day')} ago`, todo)
    : good('load', passed);
}
