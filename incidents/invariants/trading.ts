import type { BrakeEvent } from '../../domain/history/brake-event.ts';
import { brakeEventsIn, type Evidence } from '../evidence.ts';
import { type Invariant, milliseconds } from './invariant.ts';
import { type Run, runsBesideIn } from './runs.ts';

export const haltedStaysHalted: Invariant = {
  name: 'halted-stays-halted',
  says: 'A host that confirmed a halt of trading trades no more until people resume it, whatever a rollback does meanwhile.',
  breaks: (evidence) => {
    const last = new Map(changesOfTrading(evidence).map((run) => [run.host, run]));
    return [...last.values()].flatMap(({ step, host, rollback, ended }) => {
      const trading = evidence.hosts[host]?.['trading'];
      if (step !== 'halt' || trading === undefined || trading === 'halted') return [];
      return [`${host} confirmed the halt ${rollback.slice(0, 8)} at ${ended}, was not resumed, and is ${trading}`];
    });
  },
};

/** Returns the runs that halted trading on a host or resumed it, in the order of their ends. */
const changesOfTrading = (evidence: Evidence): Run[] =>
  runsBesideIn(evidence).filter(
    ({ step, line }) => line?.verdict === 'done' && (step === 'halt' || (step === 'resume' && hasResumed(line))),
  );

/** A host that no halt held has nothing to resume. */
const hasResumed = (line: object): boolean =>
  (line as { readonly report?: { readonly resumed?: boolean } }).report?.resumed === true;

/** Milliseconds for which a request to resume counts beside another one. */
const countsFor = 30 * 60_000;

/** The environment of incidents wants as many (trading.approvers). */
const approvers = 2;

export const resumedByTwo: Invariant = {
  name: 'resumed-by-two',
  says: 'Trading resumes on no host until two people have asked, each with credentials of their own.',
  breaks: (evidence) => {
    const events = brakeEventsIn(evidence);
    return changesOfTrading(evidence)
      .filter(({ step }) => step === 'resume')
      .flatMap(({ host, rollback, sent }) => {
        const people = peopleWhoAsked(events, milliseconds(sent));
        if (people.size >= approvers) return [];
        return [
          `resume ${rollback.slice(0, 8)} resumed trading on ${host} at ${sent}; verified until then: ${[...people].join(', ') || 'nobody'}`,
        ];
      });
  },
};

/** Returns the verified principals of the requests that counted at an instant. */
function peopleWhoAsked(events: readonly BrakeEvent[], until: number): ReadonlySet<string> {
  const before = events.filter(({ at }) => milliseconds(at) <= until);
  const asked = before.filter(({ type, at }) => type === 'Resume asked' && until - milliseconds(at) <= 2 * countsFor);
  return new Set(
    before.flatMap(({ type, detail }) =>
      type === 'Principal verified' && asked.some((one) => one.detail.by === detail.by)
        ? [String(detail.principal)]
        : [],
    ),
  );
}

/** The messages of which people get one, by the machine. */
const results: Readonly<Record<string, readonly string[]>> = {
  halt: ['trading-halted', 'halt-not-confirmed', 'halt-failed'],
  resume: ['resume-asked', 'resume-refused', 'trading-resumed'],
};

export const haltsAreTold: Invariant = {
  name: 'halts-are-told',
  says: 'Everybody is told what came of a halt of trading and of a request to resume it, or the execution fails, which an alarm reports.',
  breaks: ({ executions, messages, happened }) =>
    executions.flatMap(({ arn, status }) => {
      const [machine = '', id = ''] = arn.split(':').slice(-2);
      const expected = results[machine.split('-').at(-1) ?? ''];
      if (!expected) return [];
      const told = messages.flatMap(({ attributes }) =>
        attributes['rollback'] === id ? (attributes['message'] ?? []) : [],
      );
      const failed = happened.some((one) => one.event === 'ExecutionFailed' && one['execution'] === arn);
      if (failed || told.some((one) => expected.includes(one))) return [];
      return [`${machine} ${id.slice(0, 8)} ended ${status} and sent ${told.join(', ') || 'nothing'}`];
    }),
};
