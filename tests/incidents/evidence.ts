import { chained, type Happened } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import type { Evidence, Item, Rollback } from '../../incidents/evidence.ts';

/** An instant of the incident: seconds after its 0s. */
export const at = (seconds: number): string =>
  new Date(Date.parse('2026-01-05T09:00:00Z') + seconds * 1000).toISOString();

/** Evidence of an incident in which nothing happened, with these differences. */
export const evidence = (differences: Partial<Evidence> = {}): Evidence => ({
  story: {
    name: 'An incident',
    environment: 'incidents',
    hosts: 1,
    hybrid: 0,
    lasts: 0,
    given: [],
    when: [],
    // biome-ignore lint/suspicious/noThenProperty: a keyword of stories
    then: [],
  },
  start: Date.parse(at(0)),
  end: Date.parse(at(3600)),
  executions: [],
  rollbacks: [],
  state: [],
  history: [],
  messages: [],
  happened: [],
  requests: [],
  hosts: {},
  hostsAt: new Map(),
  ...differences,
});

const opened = (id: string, phase: number, severity: string): Happened => ({
  id: 'opened',
  type: 'Rollback opened',
  at: at(0),
  detail: {
    phase,
    severity,
    trigger: 'manual',
    start_time: at(0),
    deadline: at(480),
    mode: 'live',
    execution_arn: arnOf(id, phase),
  },
});

export const arnOf = (id: string, phase: number) =>
  `arn:aws:states:us-east-1:000000000000:execution:rollback-incidents-phase-${phase}:${id}`;

type Told = { readonly phase?: number; readonly severity?: string; readonly messages?: readonly string[] };

/** A rollback that opened, had these events, and sent these messages; its record is their projection. */
export function rollback(id: string, events: readonly Omit<Happened, 'id'>[], told: Told = {}): Rollback {
  const { phase = 1, severity = 'HIGH', messages = [] } = told;
  let chain = { count: 0, head: '0'.repeat(64) };
  const all = [opened(id, phase, severity), ...events.map((one, i) => ({ id: `event-${i}`, ...one }))].map((one) => {
    const event = chained(id, chain, one);
    chain = { count: event.sequence, head: event.hash };
    return event;
  });
  const record = recordOf(all);
  return {
    id,
    phase,
    execution: {
      arn: arnOf(id, phase),
      status: 'SUCCEEDED',
      started_at: at(0),
      transitions: 10,
      lambda_invocations: 10,
    },
    record,
    stored: { pk: `RECORD#${id}`, sk: 'RECORD', ...record } as unknown as Item,
    events: all,
    messages: messages.map((message) => ({
      at: at(60),
      topic: 'operators',
      message: '',
      attributes: { message, rollback: id },
    })),
  };
}

export const closed = (ending: string, seconds = 60) =>
  ({ type: 'Rollback closed', at: at(seconds), detail: { ending, problem: null } }) as const;
export const taken = (fence: number, seconds: number) =>
  ({ type: 'Fleet taken', at: at(seconds), detail: { fleet: 'trading', fence } }) as const;
export const waiting = (seconds: number) =>
  ({ type: 'Waiting for the fleet', at: at(seconds), detail: { fleet: 'trading' } }) as const;

/** The events of the account for one run of a step on host-1: sent, and ended two seconds later. */
export const run = (rollback: string, fence: number, seconds: number, report: object = {}, step = 'clear-cache') => {
  const command = `${rollback}-${fence}-${seconds}`;
  const parameters = {
    Mode: ['live'],
    Kind: ['step'],
    Step: [step],
    RollbackId: [rollback],
    Fence: [`${fence}`],
  };
  const output = JSON.stringify({ rollback, fence, step, verdict: 'done', report });
  return [
    { event: 'CommandSent', at: at(seconds), command, parameters, instances: ['i-1'], document: 'clear-cache' },
    { event: 'InvocationEnded', at: at(seconds + 2), command, instance: 'i-1', name: 'host-1', output },
  ];
};
