import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { base85 } from '../../config/base-85.ts';

const samples = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((length) => Buffer.alloc(length, 'aÿ\0'));

test('base 85 is that of Python, but for six digits, whatever the length', () => {
  const decoding = `import base64, sys
for line in sys.stdin.read().split("\\n"):
    print(base64.b85decode(line.translate(str.maketrans(",./:[]", "{}<>=&"))).hex())`;
  const input = samples.map(base85).join('\n');
  const { stdout } = spawnSync('python3', ['-c', decoding], { input, encoding: 'utf8' });
  expect(stdout.trimEnd().split('\n')).toEqual(samples.map((sample) => sample.toString('hex')));
});

test('base 85 has no character that Systems Manager, the shell or a writer of JSON may change', () => {
  const all = Buffer.from(Array.from({ length: 2000 }, (_, i) => (i * 7919) % 256));
  expect(base85(all)).not.toMatch(/[{}<>=&"'\\\s]/);
});
