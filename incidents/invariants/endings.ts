import type { Ending } from '../../domain/ending.ts';
import type { Evidence, Rollback } from '../evidence.ts';
import { type Invariant, milliseconds, named } from './invariant.ts';

export const everyIncidentEnds: Invariant = {
  name: 'every-incident-ends',
  says: 'Every incident reaches an ending.',
  breaks: ({ executions, rollbacks }) => [
    ...executions
      .filter(({ status }) => status === 'RUNNING')
      .map(({ arn }) => `execution ${arn.split(':').slice(6).join(':')} still runs`),
    ...rollbacks
      .filter(({ record }) => record && record.ending === null)
      .map((one) => `${named(one)} has a record without an ending; its execution is ${String(one.execution?.status)}`),
  ],
};

/** The message of each ending. The other endings need none: another rollback tells people, or the person looks on. */
const messageOf: Readonly<Partial<Record<Ending, string>>> = {
  'Rolled back': 'rollback-complete',
  'Rolled back, unverified': 'rollback-unverified',
  'Needs a person': 'needs-a-person',
  'Stood down': 'stood-down',
  'Fix forward': 'fix-forward',
  'Deferred to next release': 'deferred-to-next-release',
  'Observed only': 'observed-only',
  'Drill passed': 'drill-result',
  'Drill failed': 'drill-result',
  'Drill yielded': 'drill-result',
  'Drill stopped': 'drill-result',
};

/** Errors that the person who started the execution sees: nothing was changed, and nobody else waits for it. */
const seenByTheStarter = ['InvalidInput', 'NotPlanned', 'DrillFailed'];

export const everyEndingIsTold: Invariant = {
  name: 'every-ending-is-told',
  says: 'Every ending was told to somebody.',
  breaks: (evidence) =>
    evidence.rollbacks.flatMap((rollback) => {
      const expected = expectedMessage(rollback, evidence);
      if (expected === undefined || sent(rollback).includes(expected)) return [];
      const ending = rollback.record?.ending ?? `no record, ${String(rollback.execution?.status)}`;
      return [`${named(rollback)} (${ending}) sent ${sent(rollback).join(', ') || 'nothing'}; expected ${expected}`];
    }),
};

const sent = ({ messages }: Rollback) => messages.map(({ attributes }) => attributes['message'] ?? '');

function expectedMessage({ record, execution }: Rollback, { happened }: Evidence): string | undefined {
  if (record) return record.mode !== 'plan' && record.ending ? messageOf[record.ending] : undefined;
  if (execution?.status !== 'FAILED') return undefined;
  const end = happened.find((one) => one['event'] === 'ExecutionFailed' && one['execution'] === execution.arn);
  return seenByTheStarter.includes(String(end?.['error'])) ? undefined : 'needs-a-person';
}

export const everyQuestionEnds: Invariant = {
  name: 'every-question-ends',
  says: 'Every question ends: with an answer, or with the fact that nobody answered.',
  breaks: ({ rollbacks, state }) =>
    rollbacks.flatMap((rollback) => {
      const asked = state.filter(({ pk, sk }) => pk.startsWith(`QUESTION#${rollback.id}#`) && sk === 'QUESTION');
      const settled = rollback.record?.questions ?? [];
      return asked
        .filter(({ number }) => settled.every((one) => one.number !== number || one.outcome === null))
        .map(({ number, kind }) => `question ${String(number)} (${String(kind)}) of ${named(rollback)} is not settled`);
    }),
};

export const missedLimitsAreReported: Invariant = {
  name: 'missed-limits-are-reported',
  says: 'A record over its limit has its event and its message.',
  breaks: ({ rollbacks }) =>
    rollbacks.flatMap((rollback) => {
      const { record, events } = rollback;
      const acted =
        record && ['Rolled back', 'Rolled back, unverified', 'Needs a person'].includes(record.ending ?? '');
      if (!acted || record.deadline === null || record.mode !== 'live') return [];
      if (milliseconds(record.completion_time) < milliseconds(record.deadline)) return [];
      const missing = [
        ...(events.some(({ type }) => type === 'Limit missed') ? [] : ['event']),
        ...(sent(rollback).includes('limit-missed') ? [] : ['message']),
      ];
      if (missing.length === 0) return [];
      return [
        `${named(rollback)} ended at ${record.completion_time} after its limit ${record.deadline} without its ${missing.join(' and ')}`,
      ];
    }),
};
