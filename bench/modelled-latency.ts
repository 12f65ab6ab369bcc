import type { Figure } from './figure.ts';
import { isOf, isOfARollback, otherFunctions, type Run } from './run.ts';

/**
 * Milliseconds per leg on AWS (docs/assumptions.md: an alarm's event, a cold start, SendCommand). Each is the middle of its range.
 *
 * Every function is assumed to be cold, because rollbacks are rare. The cold start includes the first request of a client.
 * 25 ms per request is our own assumption: slow for DynamoDB, usual for SNS and Systems Manager. Requests count one after the
 * other, also those that a function sends at once.
 *
 * The initial alert's function runs beside the first step, so neither its cold start nor its requests are on the way.
 */
const legs = { alarmToExecution: 550, coldStart: 400, request: 25, sendCommandToScript: 2000 } as const;

/** The function that the machine invokes without waiting for it before the first step. */
const beside = 'send-message';
const isOnTheWay = (name: string) => !isOf(beside, name) && !otherFunctions.some((other) => isOf(other, name));

/** Estimates the time on AWS from ALARM to the first host command, from the invocations and requests of one run. */
export function modelledLatency({ heard }: Run): Figure[] {
  const sent = heard.findIndex(({ action }) => action === 'AmazonSSM.SendCommand');
  const before = heard.slice(0, sent + 1);
  const requests = before.filter((one) => isOfARollback(one) && !isOf(beside, one['caller'])).length;
  const invoked = before.filter(({ event }) => event === 'Invoked').map((one) => String(one['function']));
  const functions = new Set(invoked.filter((name) => isOnTheWay(name))).size;
  const toSending = legs.alarmToExecution + functions * legs.coldStart + requests * legs.request;
  return [
    {
      name: `modelled for AWS: ALARM to first SendCommand (${functions} cold starts, ${requests} requests)`,
      value: toSending / 1000,
      unit: 's',
      most: 2.5,
    },
    { name: 'AWS requests before the first SendCommand', value: requests, unit: '', most: 40 },
    {
      name: 'modelled for AWS: ALARM to first script running (Systems Manager takes 1 to 3 s)',
      value: (toSending + legs.sendCommandToScript) / 1000,
      unit: 's',
    },
  ];
}
