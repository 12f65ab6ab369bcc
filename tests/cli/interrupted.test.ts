import { expect, test } from 'vitest';
import { endsRehearsals, moments, nothingLeft, patience, reached } from './interruptions.ts';
import { signalGroup, startRollback } from './rollback.ts';

// A terminal sends SIGINT to the whole process group, `kill` only to the process. interrupted.slow.test.ts has more moments.
endsRehearsals('Ctrl-C', moments.slice(0, 1), (pid) => signalGroup(pid, 'SIGINT'));
endsRehearsals('SIGTERM to the process alone', moments.slice(1, 2), (pid) => void process.kill(pid, 'SIGTERM'));

test('Ctrl-C closes the account of `local` with exit code 0', patience, async () => {
  const started = startRollback(['local', '--port', '0', '--hosts', '1']);
  await reached(started, ({ output }) => output.stdout.includes('Ctrl-C closes it'));
  signalGroup(started.pid, 'SIGINT');
  expect(await started.ended).toMatchObject({ code: 0, stderr: '' });
  await nothingLeft(started.pid);
});
