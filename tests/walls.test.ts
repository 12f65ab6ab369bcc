import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** What a room may not import: other rooms, and packages by the beginning of their names. */
const walls: Readonly<Record<string, { rooms: readonly string[]; packages?: readonly string[] }>> = {
  // Rules, pure: no AWS, no outside world.
  domain: {
    rooms: ['statemachines', 'lambdas', 'cdk', 'local', 'rehearsals', 'cli', 'bench', 'tests'],
    packages: [
      '@aws-',
      '@smithy/',
      'aws-',
      '@middy/',
      'constructs',
      'node:fs',
      'node:http',
      'node:child_process',
      'node:net',
    ],
  },
  statemachines: {
    rooms: ['lambdas', 'cdk', 'local', 'rehearsals', 'cli', 'bench', 'tests'],
    packages: ['@aws-', '@smithy/', 'aws-', '@middy/', 'constructs'],
  },
  // What is deployed carries neither the CDK nor the machines, and knows nothing of where it is tried.
  lambdas: {
    rooms: ['statemachines', 'cdk', 'local', 'rehearsals', 'cli', 'bench', 'tests'],
    packages: ['aws-cdk', 'constructs', 'esbuild'],
  },
  // It bundles lambdas/ as files.
  cdk: { rooms: ['local', 'rehearsals', 'cli', 'bench', 'tests'], packages: ['@aws-sdk/'] },
  // An AWS account, which has never heard of this product.
  local: {
    rooms: ['domain', 'statemachines', 'lambdas', 'cdk', 'infra', 'rehearsals', 'cli', 'bench', 'tests'],
    packages: ['aws-cdk', 'constructs'],
  },
  // It speaks to the account over HTTP only.
  rehearsals: { rooms: ['domain', 'statemachines', 'lambdas', 'cdk', 'infra', 'local', 'cli', 'bench', 'tests'] },
  cli: { rooms: ['lambdas', 'cdk', 'local', 'bench', 'tests'], packages: ['aws-cdk', 'constructs', 'esbuild'] },
};

type Import = { readonly from: string; readonly line: number; readonly what: string };

/** Every module a TypeScript text names: import, export … from, dynamic import, new URL, require. */
function importsIn(from: string, text: string): Import[] {
  const named =
    /(?:\bfrom|\bimport)\s*\(?\s*(['"`])([^'"`\n]+)\1|\b(?:require|resolve)\(\s*(['"`])([^'"`\n]+)\3\s*\)|new URL\(\s*(['"`])([^'"`\n]+)\5\s*,\s*import\.meta\.url/g;
  return [...text.matchAll(named)].map((match) => ({
    from,
    line: text.slice(0, match.index).split('\n').length,
    what: match[2] ?? match[4] ?? match[6] ?? '',
  }));
}

/** Where an import breaks a wall, one sentence each. */
function breaches(imports: readonly Import[]): string[] {
  return imports.flatMap(({ from, line, what }) => {
    const room = from.split('/')[0] ?? '';
    const wall = walls[room];
    if (!wall) return [];
    const target = what.startsWith('.') ? relative(root, resolve(root, dirname(from), what)).split('/')[0] : undefined;
    const forbidden = target ? wall.rooms.includes(target) : wall.packages?.some((name) => what.startsWith(name));
    return forbidden ? [`${from}:${line}: ${room} must not import ${what}`] : [];
  });
}

const filesOf = (room: string): string[] =>
  readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${room}/${file}`);
const importsOf = (room: string): Import[] =>
  filesOf(room).flatMap((file) => importsIn(file, readFileSync(join(root, file), 'utf8')));

test.each(Object.keys(walls))('%s imports nothing it must not', (room) => {
  expect(breaches(importsOf(room))).toEqual([]);
});

test('every room of the house has its wall', () => {
  const rooms = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^(\.|node_modules|cdk\.out|coverage|tests|bench)/.test(entry.name))
    .map(({ name }) => name)
    .filter((name) => filesOf(name).length > 0);
  expect(rooms.toSorted()).toEqual(Object.keys(walls).toSorted());
});

describe('a breach is found', () => {
  test.each([
    ['an import', 'local/ssm/ssm.ts', "import { endings } from '../../domain/ending.ts';", '../../domain/ending.ts'],
    ['a type-only import', 'local/account.ts', "import type { E } from '../domain/ending.ts';", '../domain/ending.ts'],
    [
      'an import of several lines',
      'cli/main.ts',
      "import {\n  a,\n} from '../packages/embedded-aws/src/account.ts';",
      '../local/account.ts',
    ],
    [
      'an import for its effect',
      'rehearsals/tell.ts',
      "import '../packages/embedded-aws/src/main.ts';",
      '../local/main.ts',
    ],
    [
      'an export from',
      'domain/ending.ts',
      "export * from '../lambdas/clients/managed-instances.ts';",
      '../lambdas/fleet.ts',
    ],
    ['a dynamic import', 'cli/main.ts', "await import('../cdk/app.ts');", '../cdk/app.ts'],
    ['a worker', 'local/account.ts', "new URL('../rehearsals/tell.ts', import.meta.url)", '../rehearsals/tell.ts'],
    [
      'a package',
      'domain/event.ts',
      "import { DynamoDBClient } from '@aws-sdk/client-dynamodb';",
      '@aws-sdk/client-dynamodb',
    ],
    ['the CDK in a function', 'lambdas/fleet.ts', "import { App } from 'aws-cdk-lib';", 'aws-cdk-lib'],
    ['require', 'statemachines/asl.ts', "require('@aws-sdk/client-sfn')", '@aws-sdk/client-sfn'],
  ])('in %s', (_, from, text, what) => {
    const room = from.split('/')[0];
    expect(breaches(importsIn(from, text))).toEqual(
      [`${from}:1: ${room} must not import ${what}`].map((one) =>
        text.startsWith('import {\n') ? one.replace(':1:', ':3:') : one,
      ),
    );
  });

  test('but not in what a room may use', () => {
    const allowed = "import { endings } from '../domain/ending.ts';\nimport { SSMClient } from '@aws-sdk/client-ssm';";
    expect(breaches(importsIn('lambdas/fleet.ts', allowed))).toEqual([]);
  });
});
