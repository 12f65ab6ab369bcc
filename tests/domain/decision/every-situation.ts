import { expect, test } from 'vitest';
import { decide, type Verdict } from '../../../domain/decision/decide.ts';
import type { Situation, Unanswered } from '../../../domain/decision/situation.ts';
import { whenBlind } from '../../../domain/infra/triggers-file.ts';
import { severities } from '../../../domain/severity.ts';
import { withoutObjections } from './situation-without-objections.ts';

const host = (number: number) => ({ instance_id: `i-${number}`, name: `host-${number}` });
const unanswered: readonly (Unanswered | null)[] = [
  null,
  ...(['permit', 'confirm', 'choose'] as const).flatMap((kind) =>
    (['ALARM', 'OK', 'INSUFFICIENT_DATA', 'unreadable'] as const).map((alarm) => ({ kind, alarm })),
  ),
];
const { environment } = withoutObjections;
/** The values of each field. With the first of each, the rollback acts. */
const values: { readonly [Field in keyof Situation]-?: readonly Situation[Field][] } = {
  started_by: ['alarm'],
  severity: severities,
  blind: [false, true],
  forbidden: [undefined, ['A host could run it.']],
  metrics_lost: [undefined],
  canary_alone: [undefined], // canary-objection.test.ts: it matters only beside a deployment to the canary group
  doubts: [undefined, ['Phases 1, 2 fell silent together.']],
  when_blind: whenBlind,
  trust: ['auto', 'observe', 'approve', 'unreadable'],
  start_time: [withoutObjections.start_time],
  deployment: [withoutObjections.deployment, null, 'unreadable'],
  undone_before: [null, { rollback: 'r-1', at: '2026-03-02T11:00:00.000Z' }],
  rollback_safe: [true, false],
  pause: [null, { operator: 'ana', reason: 'exchange test', at: '2026-03-02T11:00:00.000Z' }, 'unreadable'],
  blocked: [null, 'Version pre-phase1-stable has been blocked.'],
  rollbacks: [0, 3, 'unreadable'],
  last_ended_at: [null, '2026-03-02T11:45:00.000Z', 'unreadable'],
  capped: [undefined, { before: [host(1), host(2)], now: [host(2), host(3)] }],
  unanswered,
  calendar: [undefined],
  environment: [{ ...environment, brakes: { ...environment.brakes, hosts: { most: 2, within: 3600 } } }],
};
const fields = Object.entries(values) as [keyof Situation, readonly unknown[]][];

/** Yields every situation in which at most so many fields are not at their first value. */
function* situations(changed: number, from = 0, situation: Partial<Situation> = {}): Generator<Situation> {
  const [field, list] = fields[from] ?? [];
  if (!field || !list) return yield situation as Situation;
  for (const [i, value] of list.entries())
    if (i === 0 || changed > 0)
      yield* situations(i === 0 ? changed : changed - 1, from + 1, { ...situation, [field]: value });
}

const acts = (verdict: Verdict) => 'act' in verdict;
const ends = (verdict: Verdict, ...endings: string[]) => 'end' in verdict && endings.includes(verdict.end);
const objects = ({ pause, rollbacks, last_ended_at, capped, trust, deployment, rollback_safe, ...one }: Situation) =>
  pause !== null ||
  one.undone_before !== null ||
  rollbacks !== 0 ||
  last_ended_at !== null ||
  capped !== undefined ||
  trust !== 'auto' ||
  deployment !== withoutObjections.deployment ||
  !rollback_safe;

/** The rules, each with what would break it. */
const rules: Readonly<Record<string, (situation: Situation, verdict: Verdict) => boolean>> = {
  'it acts only without objections': (one, verdict) => acts(verdict) && objects(one),
  'it never acts, and asks nobody, while its target is blocked': ({ blocked }, verdict) =>
    blocked !== null && !('end' in verdict),
  'it never acts on an unreadable fact': (one, verdict) =>
    acts(verdict) && (Object.values(one).includes('unreadable') || one.unanswered?.alarm === 'unreadable'),
  'it never acts without the permit': (one, verdict) => acts(verdict) && one.unanswered?.kind === 'permit',
  'it never acts without data, unless when_blind is rollback': (one, verdict) =>
    acts(verdict) && (one.blind || one.unanswered?.alarm === 'INSUFFICIENT_DATA') && one.when_blind !== 'rollback',
  'it never acts on a recovered alarm': (one, verdict) => acts(verdict) && one.unanswered?.alarm === 'OK',
  'only CRITICAL acts without a question': (one, verdict) =>
    acts(verdict) && !one.unanswered && one.severity !== 'CRITICAL',
  'LOW never acts and never asks': ({ severity }, verdict) =>
    severity === 'LOW' && !ends(verdict, 'Deferred to next release', 'Observed only'),
  'trust observe never acts and never asks': ({ trust }, verdict) =>
    trust === 'observe' && !ends(verdict, 'Observed only'),
  'it does not ask again for a permit that nobody gave': (one, verdict) =>
    one.unanswered?.kind === 'permit' && 'ask' in verdict,
  'a start by a person acts, unless its target is blocked': (one) =>
    acts(decide({ ...one, started_by: 'person' })) !== (one.blocked === null),
};

/** Checks every rule in every situation in which at most so many fields are not at their first value. */
export function checkSituations(changed: number): void {
  const broken = new Map<string, Situation>();
  const verdicts = new Set<string>();
  for (const situation of situations(changed)) {
    const verdict = decide(situation);
    verdicts.add('end' in verdict ? verdict.end : 'ask' in verdict ? verdict.ask : 'act');
    for (const name in rules) if (rules[name]?.(situation, verdict)) broken.set(name, situation);
  }

  test.each(Object.keys(rules))('%s', (name) => {
    expect(broken.get(name)).toBeUndefined();
  });

  test('every verdict is met', () => {
    expect([...verdicts].toSorted()).toEqual([
      ...['Deferred to next release', 'Needs a person', 'Observed only', 'Stood down'],
      ...['act', 'choose', 'confirm', 'permit'],
    ]);
  });
}

/** The number of fields that have more than one value. */
export const changeable = fields.filter(([, list]) => list.length > 1).length;
