import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../../domain/evidence');

/** Loads verify.py as `v`, reads JSON from standard input into `given`, and prints `result` as JSON. */
const around = (body: string) => `
import json, sys
sys.dont_write_bytecode = True
sys.path.insert(0, ${JSON.stringify(folder)})
import verify as v
given = json.loads(sys.stdin.buffer.read().decode('utf-8'))
${body}
sys.stdout.buffer.write(json.dumps(result).encode('utf-8'))
`;

/** Returns what Python lines that use verify.py (`v`) assign to `result`, from a value (`given`). */
export const inPython = <Result>(body: string, given: unknown): Result =>
  JSON.parse(
    execFileSync('python3', ['-c', around(body)], {
      input: JSON.stringify(given),
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    }),
  ) as Result;
