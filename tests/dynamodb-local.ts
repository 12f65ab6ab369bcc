import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The tests whose tables come from tests/lambdas/tables.ts: every store, and the queries of the history. */
const tests = [
  'tests/lambdas/stores',
  'tests/lambdas/reconcile/index-older-items.test.ts',
  'tests/cli/account/read-rollbacks.test.ts',
  'tests/docs/audit.test.ts',
];

const help = `npm run test:dynamodb-local runs the tests of the stores against DynamoDB Local, which needs Java. Name one of:
  DYNAMODB_JAR=/path/to/DynamoDBLocal.jar    is started for the tests, and ended after them
  DYNAMODB_ENDPOINT=http://localhost:8000    runs already; its tables "state", "history" and "rollback-…" are deleted`;

async function main(jar: string | undefined, given: string | undefined): Promise<number> {
  if ((jar === undefined) === (given === undefined)) {
    console.error(help);
    return 2;
  }
  if (jar !== undefined && !existsSync(jar)) {
    console.error(`DYNAMODB_JAR names ${jar}, which does not exist.`);
    return 2;
  }
  const database = jar === undefined ? undefined : await started(jar);
  const endpoint = given ?? `http://127.0.0.1:${database?.port}`;
  try {
    await answering(endpoint, database?.child);
    return await vitest(endpoint);
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  } finally {
    database?.child.kill();
  }
}

/** Starts DynamoDB Local with tables in memory (DynamoDB guide, "DynamoDB local usage notes"). */
async function started(jar: string) {
  const port = await freePort();
  const libraries = `-Djava.library.path=${join(dirname(jar), 'DynamoDBLocal_lib')}`;
  const child = spawn('java', [libraries, '-jar', jar, '-inMemory', '-port', String(port)], { stdio: 'inherit' });
  child.once('error', ({ message }) =>
    console.error(`Java did not start (${message}). Install a JRE of version 17 or newer.`),
  );
  return { child, port };
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 8000));
    });
  });
}

/** Waits until something answers HTTP, 30 s at most. */
async function answering(endpoint: string, child: ChildProcess | undefined): Promise<void> {
  for (let tries = 0; tries < 60; tries += 1) {
    if (child?.exitCode != null) throw new Error('DynamoDB Local ended before it answered.');
    const answered = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await sleep(500);
  }
  throw new Error(`Nothing answers at ${endpoint}. Start DynamoDB Local there, or correct DYNAMODB_ENDPOINT.`);
}

/** One test file at a time, because each deletes the tables of the one before. */
const vitest = (endpoint: string): Promise<number> =>
  new Promise((resolve) => {
    const env = { ...process.env, DYNAMODB_ENDPOINT: endpoint };
    const words = ['node_modules/vitest/vitest.mjs', 'run', '--no-file-parallelism', ...tests];
    const child = spawn(process.execPath, words, { cwd: join(import.meta.dirname, '..'), env, stdio: 'inherit' });
    child.once('close', (code) => resolve(code ?? 1));
  });

process.exitCode = await main(process.env['DYNAMODB_JAR'], process.env['DYNAMODB_ENDPOINT']);
