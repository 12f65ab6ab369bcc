import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentsHash } from '../../../domain/drill/drill.ts';
import { passedDrillKey } from '../../../domain/tables.ts';
import { sharedAssembly } from '../../shared-assembly.ts';
import { type SimulatedAccount, simulatedAccount } from '../../simulated-account.ts';
import { rollback } from '../in-process.ts';

// All tests share one account, in order: each makes one more line ready.
let account: SimulatedAccount;
let config: { region: string; endpoint: string; credentials: { accessKeyId: string; secretAccessKey: string } };
beforeAll(async () => {
  account = await simulatedAccount(await sharedAssembly(), { hosts: 3 });
  const credentials = { accessKeyId: 'ana', secretAccessKey: 'ana' };
  config = { region: 'us-east-1', endpoint: account.endpoint, credentials };
}, 240_000);
afterAll(() => account.close());

/** Runs `rollback WORDS…` with the credentials of the pipeline, or of a person. */
const run = (words: readonly string[], as = 'pipeline@rollback-local-deployer') =>
  account.during(rollback(words, { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: as }));
const ready = (...more: string[]) => run(['ready', '--phase', '1', ...more]);

test('ready exits 1 and prints each line that is not ready, with what to do', async () => {
  const { code, stdout } = await ready();
  expect(code).toBe(1);
  expect(stdout).toMatch(/^NOT READY: phase 1: \d of 20 lines, as of \S+\.\n/);
  expect(stdout).toContain(
    '  NOT READY  Previous version tagged: No version was prepared yet.\n             -> Before the deployment: npm run rollback -- prepare --phase 1 --version VERSION\n',
  );
  expect(stdout).toContain('  ready      Decision tree documented: 20 state machines are as reviewed');
});

test('contacts confirm prints the contacts that count as confirmed', async () => {
  const { code, stdout } = await run(['contacts', 'confirm', '--operator', 'ana'], 'ana@rollback-local-operator');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^Confirmed by ana at \S+:\n {2}L1 +Operations desk/)]);
});

test('contacts without a name is a usage error', async () => {
  expect((await run(['contacts', 'confirm'])).code).toBe(2);
});

test('ready exits 0 once every line is ready, the drill with these scripts too', async () => {
  const TopicArn = 'arn:aws:sns:us-east-1:000000000000:rollback-local-operators';
  await new SNSClient(config).send(new SubscribeCommand({ TopicArn, Protocol: 'sms', Endpoint: '+442079460001' }));
  await drillPassed();
  await run(['prepare', '1', '--version', 'v1.5.0']);
  const { code, stdout } = await ready('--version', 'v1.5.0');
  expect([stdout.split('\n')[0], code]).toEqual([
    expect.stringMatching(/^READY: phase 1, v1\.5\.0 can be rolled back, as of \S+\.$/),
    0,
  ]);
  expect(stdout).toContain('  ready      Scripts tested: Drill d-1 passed at');
});

test('ready as JSON has every line, with evidence', async () => {
  const { code, stdout } = await ready('--json');
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { phase: 1, version: 'v1.5.0', state: 'ready', light: false }]);
  expect(JSON.parse(stdout).lines).toHaveLength(20);
});

test('a version that nobody prepared is not ready, and status still shows the one that was', async () => {
  const { code, stdout } = await ready('--version', 'v9');
  expect([code, stdout]).toEqual([1, expect.stringContaining('v9 was not prepared')]);
  expect((await run(['status'], 'eve@rollback-local-auditor')).stdout).toMatch(
    /READINESS\n {2}phase 1 {2}READY for v1\.5\.0, checked at \S+\n/,
  );
});

/** Stores that a drill of phase 1 has passed with the documents of the rendered machine. */
async function drillPassed(): Promise<void> {
  const file = new URL('../../../statemachines/rendered/check-readiness.asl.json', import.meta.url);
  const text = readFileSync(file, 'utf8').replaceAll('${Environment}', 'local');
  const [phase] = JSON.parse(text).States['Look at readiness'].Arguments.Payload.phases;
  const Item = {
    ...passedDrillKey(1),
    ...{ rollback: 'd-1', at: new Date().toISOString(), documents: documentsHash(phase.documents) },
  };
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(config));
  await db.send(new PutCommand({ TableName: 'rollback-local-state', Item }));
}
