import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { openAccount } from 'embedded-aws';

const folder = mkdtempSync(join(tmpdir(), 'account-'));
const account = await openAccount({
  assembly: 'packages/embedded-aws/example/assembly',
  image: 'packages/embedded-aws/example/image',
  folder,
  hosts: 1,
  port: 0,
  seed: 1,
  virtualFrom: Date.parse('2026-01-05T09:00:00Z'),
});
const credentials = { accessKeyId: 'ana', secretAccessKey: 'unused' };
const states = new SFNClient({ endpoint: account.endpoint, region: 'us-east-1', credentials });

const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:wait-an-hour';
const { executionArn } = await states.send(new StartExecutionCommand({ stateMachineArn }));
const clock = { until: '2026-01-06T09:00:00Z', execution: executionArn };
const headers = { 'content-type': 'application/json' };
await fetch(`${account.endpoint}/_account/clock`, { method: 'POST', headers, body: JSON.stringify(clock) });
const { output } = await states.send(new DescribeExecutionCommand({ executionArn }));
console.log(output); // {"ended":"2026-01-05T10:00:00.000Z"}

states.destroy();
await account.close();
rmSync(folder, { recursive: true });
