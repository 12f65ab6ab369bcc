import type { Figure } from './figure.ts';
import { isOfAFunction, type Run } from './run.ts';

/**
 * Milliseconds per leg on AWS (docs/assumptions.md: an alarm's event, a cold start, SendCommand). Each is the middle of its range.
 *
 * Every function is assumed to be cold, because rollbacks are rare. The cold start includes the first request of a client.
 * 25 ms per request is our own assumption: slow for DynamoDB, usual for SNS and Systems Manager.
 */
const legs = { alarmToExecution: 550, coldStart: 400, request: 25, sendCommandToScript: 2000 } as const;

/** Estimates the time on AWS from ALARM to the first host command, from the invocations and requests of one run. */
export function modelledLatency({ heard }: Run): Figure[] {
  const sent = heard.findIndex(({ action }) => action === 'AmazonSSM.SendCommand');
  const before = heard.slice(0, sent + 1);
  const requests = before.filter(isOfAFunction).length;
  const functions = new Set(before.filter(({ event }) => event === 'Invoked').map((one) => one['function'])).size;
  const toSending = legs.alarmToExecution + functions * legs.coldStart + requests * legs.request;
  return [
    {
      name: `modelled for AWS: ALARM to first SendCommand (${functions} cold starts, ${requests} requests)`,
      value: toSending / 1000,
      unit: 's',
      most: 4,
    },
    {
      name: 'modelled for AWS: ALARM to first script running (Systems Manager takes 1 to 3 s)',
      value: (toSending + legs.sendCommandToScript) / 1000,
      unit: 's',
    },
  ];
}
