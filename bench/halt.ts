import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostImage, synthesize } from '../cli/account/embedded-account.ts';
import { accountOpens, runStoryOn } from '../rehearsals/run-story.ts';
import { storySchema } from '../rehearsals/story.ts';
import { openSimulatedAccount } from '../simulator/simulated-account.ts';
import type { Figure } from './figure.ts';
import { isOf } from './run.ts';

/**
 * Milliseconds per leg on AWS (docs/assumptions.md): the start of the machine and of its function, which is cold, and one request. Requests
 * count one after the other, also those that the function sends at once; SendCommand may take a quarter of a second.
 */
const legs = { start: 250, coldStart: 400, request: 25, sendCommand: 250, sendCommandToScript: 3000 } as const;

const hosts = 300;

/** Estimates the times of a halt of 300 hosts on AWS from the requests of one run in the simulator. */
export async function halt(): Promise<Figure[]> {
  const heard = await requestsOfAHalt();
  const isSend = (action: string) => action === 'AmazonSSM.SendCommand';
  const first = heard.findIndex(isSend);
  const last = heard.findLastIndex(isSend);
  const time = (until: number) =>
    heard
      .slice(0, until + 1)
      .reduce((sum, action) => sum + (isSend(action) ? legs.sendCommand : legs.request), legs.start + legs.coldStart) /
    1000;
  return [
    {
      name: `modelled for AWS: halt of ${hosts} hosts, to the first SendCommand`,
      value: time(first),
      unit: 's',
      most: 5,
    },
    {
      name: `modelled for AWS: halt of ${hosts} hosts, until all are asked and their scripts run`,
      value: time(last) + legs.sendCommandToScript / 1000,
      unit: 's',
      most: 15,
    },
    { name: `AWS requests until ${hosts} hosts are asked to halt`, value: last + 1, unit: '', most: 30 },
  ];
}

/** Returns the actions that the function halt-the-hosts requests, in their order. */
async function requestsOfAHalt(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'halt-'));
  const interrupted = new AbortController().signal;
  const assembly = await synthesize({ environment: 'local', progress: () => {}, interrupted }, folder);
  const story = storySchema.parse({
    name: `A halt of ${hosts} hosts`,
    hosts,
    when: [{ at: '0s', halt: { operator: 'ana', reason: 'measured' } }],
    // biome-ignore lint/suspicious/noThenProperty: the word of the story; it is parsed, never awaited
    then: { halt: { hosts, confirmed: hosts } },
  });
  const account = await openSimulatedAccount({
    ...{ assembly, folder, image: hostImage, hosts, hybrid: 0, region: 'us-east-1', seed: 1 },
    virtualFrom: Date.parse(accountOpens(story)),
  });
  const heard: string[] = [];
  try {
    const hear = (one: Readonly<Record<string, unknown>>) => {
      if (one['event'] === 'Requested' && isOf('halt-the-hosts', one['caller'])) heard.push(String(one['action']));
    };
    const { differences } = await runStoryOn(story, { reach: account.reach, region: 'us-east-1', seed: 1, hear });
    if (differences.length > 0) throw new Error(differences.join('\n'));
    return heard;
  } finally {
    await account.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
