import type { SSMClient } from '@aws-sdk/client-ssm';
import { readRunbooks } from '../../config/infra.ts';
import type { ChaosFault } from '../../domain/chaos.ts';
import { protectedWords } from '../../domain/infra/protected.ts';
import { accountNow } from '../account/account-controls.ts';
import type { Connected } from '../account/clients.ts';
import { UsageError } from '../account/usage-error.ts';
import { print, printFailure } from '../text/colour.ts';
import { type ActingOptions, actingOn } from './acting-on.ts';

type Options = ActingOptions & {
  readonly host: string;
  readonly fault?: ChaosFault;
  readonly end?: boolean;
  readonly seconds?: number;
  readonly phase?: number;
  readonly json?: boolean;
};

export async function chaos({ host, fault, end = false, seconds = 300, phase = 1, json = false, ...options }: Options) {
  if ((fault === undefined) === !end) throw new UsageError('Give either --fault NAME or --end.');
  const what = end ? `take the faults of ${host} away` : `put the fault ${fault} on ${host} for ${seconds} s`;
  return actingOn(options, what, async (connection) => {
    const { name, environment } = connection;
    if (!environment.chaos)
      throw new UsageError(
        `Environment ${name} does not allow chaos (infra/environments/${name}.yaml has no chaos). Nothing was done. Allow it only where no host trades.`,
      );
    const ssm = await ssmOf(connection as Connected);
    const instance = await instanceOf(ssm, host, environment.fleet.tag);
    const given = end ? { Action: 'end' } : { Action: 'begin', Fault: fault ?? '', Seconds: String(seconds) };
    const now = await accountNow(connection);
    const line = await answerOf(
      ssm,
      instance,
      await sent(ssm, instance, chaosParameters(connection, phase, { given, now })),
    );
    const done = line?.verdict === 'done';
    if (json) console.log(JSON.stringify(line, null, 2));
    else if (done) print(answerText(host, line.report ?? {}));
    if (!done)
      printFailure(
        line?.reason ??
          `${host} did not answer within a minute. Take the fault away: --end. If its agent is stopped, no command reaches it: wait until the fault ends by itself`,
      );
    return done ? 0 : 1;

    async function sent(client: SSMClient, id: string, parameters: Record<string, string>): Promise<string> {
      const { SendCommandCommand } = await import('@aws-sdk/client-ssm');
      const { Command } = await client.send(
        new SendCommandCommand({
          DocumentName: `rollback-${name}-chaos`,
          InstanceIds: [id],
          TimeoutSeconds: 60,
          Parameters: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, [value]])),
        }),
      );
      return Command?.CommandId ?? '';
    }
  });
}

async function ssmOf({ settings }: Connected): Promise<SSMClient> {
  const { SSMClient } = await import('@aws-sdk/client-ssm');
  return new SSMClient(settings);
}

type Tag = { readonly key: string; readonly value: string };

/** Returns the id of a host of the fleet by its name or id. */
async function instanceOf(ssm: SSMClient, host: string, { key, value }: Tag): Promise<string> {
  const { paginateDescribeInstanceInformation } = await import('@aws-sdk/client-ssm');
  const Filters = [{ Key: `tag:${key}`, Values: [value] }];
  const known: string[] = [];
  for await (const { InstanceInformationList = [] } of paginateDescribeInstanceInformation(
    { client: ssm },
    { Filters },
  ))
    for (const { InstanceId = '', Name, ComputerName = '' } of InstanceInformationList) {
      const shown = Name ?? ComputerName.split('.')[0] ?? InstanceId;
      if (host === InstanceId || host === shown) return InstanceId;
      known.push(shown);
    }
  throw new UsageError(`No host of the fleet is called ${host}. Known: ${known.slice(0, 20).join(', ') || 'none'}.`);
}

/** Returns the parameters of the document. AWS refuses a command that lacks one without a default. */
export function chaosParameters(
  { environment: { host } }: Pick<Connected, 'environment'>,
  phase: number,
  { given, now }: { readonly given: Readonly<Record<string, string>>; readonly now: number },
): Record<string, string> {
  const runbook = readRunbooks().find((one) => one.phase === phase);
  const database = runbook?.prepare.databases[0];
  return {
    ...{ RollbackId: 'chaos', Step: 'chaos', Kind: 'beside', Mode: 'live', Fence: '0', executionTimeout: '50' },
    ...{
      Tree: host.tree,
      State: host.state,
      Redis: host.redis,
      Python: host.python,
      Target: runbook?.target.version ?? 'none',
    },
    Protected: protectedWords(host.protected),
    ...{ WindowStart: `${new Date(now).toISOString().slice(0, 19)}Z` },
    ...(database === undefined ? {} : { Databases: database }),
    ...given,
  };
}

type Line = { readonly verdict: string; readonly reason?: string; readonly report?: Readonly<Record<string, unknown>> };

/** Waits at most a minute for the host's line; undefined: it did not come. */
async function answerOf(ssm: SSMClient, InstanceId: string, CommandId: string): Promise<Line | undefined> {
  const { GetCommandInvocationCommand } = await import('@aws-sdk/client-ssm');
  for (let tries = 0; tries < 60; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const found = await ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId })).catch((error: Error) => {
      if (error.name === 'InvocationDoesNotExist') return undefined; // for a moment after it was sent
      throw error;
    });
    if (!found || ['Pending', 'InProgress', 'Delayed'].includes(found.Status ?? '')) continue;
    const [text = ''] = (found.StandardOutputContent ?? '').split('\n');
    return text.startsWith('{')
      ? (JSON.parse(text) as Line)
      : { verdict: 'failed', reason: `The command ended ${found.StatusDetails}: ${found.StandardErrorContent ?? ''}` };
  }
  return undefined;
}

function answerText(host: string, { began, seconds, ended }: Readonly<Record<string, unknown>>): string {
  const gone =
    Array.isArray(ended) && ended.length > 0 ? `Taken away: ${ended.join(', ')}.` : 'No fault was there before.';
  return began === undefined ? `${host}: ${gone}` : `${host}: ${began} for ${seconds} s from now. ${gone}`;
}
