import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

const aws = ['@aws-', '@smithy/', 'aws-', '@middy/', 'constructs'];

/** The rooms that each room may import, and the packages that it may not, by the beginning of their names. */
const walls: Readonly<Record<string, { imports: readonly string[]; noPackages: readonly string[] }>> = {
  // Rules are pure: no AWS, no file, no process.
  domain: {
    imports: [],
    noPackages: [...aws, 'embedded-aws', 'node:fs', 'node:http', 'node:child_process', 'node:net'],
  },
  config: { imports: ['domain'], noPackages: [...aws, 'embedded-aws'] },
  statemachines: { imports: ['domain', 'config'], noPackages: [...aws, 'embedded-aws'] },
  // The deployed code contains neither the CDK nor the machines, and does not know the account that it is tried on.
  lambdas: { imports: ['domain'], noPackages: ['aws-cdk', 'constructs', 'esbuild', 'embedded-aws'] },
  // It bundles lambdas/ as files.
  cdk: { imports: ['domain', 'config', 'statemachines'], noPackages: ['@aws-sdk/', 'embedded-aws'] },
  // An AWS account that does not know this product.
  packages: { imports: [], noPackages: ['aws-cdk', 'constructs'] },
  // Rehearsals reach the account by its requests only: over HTTP, or in the process of the simulator.
  rehearsals: { imports: [], noPackages: ['embedded-aws'] },
  // The embedded account with the product's own handlers in process, and with a model of its hosts.
  simulator: { imports: ['domain', 'lambdas'], noPackages: ['aws-cdk', 'constructs', 'esbuild'] },
  // Stories that are drawn; they run where stories run, and are judged by the product's own rules of its history.
  incidents: {
    imports: ['domain', 'config', 'rehearsals'],
    noPackages: ['aws-cdk', 'constructs', 'esbuild', 'embedded-aws'],
  },
  // The browser's page and its server; the command line gives them the account.
  console: { imports: ['domain'], noPackages: [...aws, 'embedded-aws'] },
  cli: {
    imports: ['domain', 'config', 'statemachines', 'rehearsals', 'simulator', 'incidents', 'console'],
    noPackages: ['aws-cdk', 'constructs', 'esbuild', 'embedded-aws'],
  },
};

/** The layers inside a room, lowest first. A file imports only its own folder and the layers below it. */
const layers: Readonly<Record<string, readonly string[]>> = {
  lambdas: ['middleware', 'stores', 'clients', 'operations', 'a task', 'wiring', 'index.ts'],
  statemachines: ['asl.ts', 'states', 'machines', 'the rest'],
  cli: ['account', 'text', 'actions', 'commands', 'the rest'],
  config: ['yaml', 'the rest'],
};

type Import = { readonly from: string; readonly line: number; readonly what: string };

/** Returns every module that a TypeScript text names: import, export … from, dynamic import, new URL, require. */
function importsIn(from: string, text: string): Import[] {
  const named =
    /(?:\bfrom|\bimport)\s*\(?\s*(['"`])([^'"`\n]+)\1|\b(?:require|(?<!meta\.)resolve)\(\s*(['"`])([^'"`\n]+)\3\s*\)|new URL\(\s*(['"`])([^'"`\n]+)\5\s*,\s*import\.meta\.url/g;
  return [...text.matchAll(named)].map((match) => ({
    from,
    line: text.slice(0, match.index).split('\n').length,
    what: match[2] ?? match[4] ?? match[6] ?? '',
  }));
}

/** The path of an imported file from the root; undefined for a package, and for a folder, which is read as data. */
const target = ({ from, what }: Import) =>
  what.startsWith('.') && !what.endsWith('/') ? normalize(join(dirname(from), what)) : undefined;

const room = (path: string) => path.split('/')[0] ?? '';

/** One sentence per import that breaks a wall between rooms. */
const throughWalls = (imports: readonly Import[]): string[] =>
  imports.flatMap((one) => {
    const from = room(one.from);
    const path = target(one);
    const refused = path ? refusesRoom(from, room(path)) : refusesPackage(one);
    return refused ? [`${one.from}:${one.line}: ${from} must not import ${one.what}`] : [];
  });

/** The tests of the embedded account may synthesize an assembly for it to open. */
const refusesPackage = ({ from, what }: Import) =>
  !/^packages\/[^/]+\/test\//.test(from) && walls[room(from)]?.noPackages.some((name) => what.startsWith(name));

/** Tests and benchmarks import every room but one: the embedded account has exports, and no path leads past them. */
function refusesRoom(from: string, to: string): boolean {
  const wall = walls[from];
  if (from === to || (!wall && to !== 'packages')) return false;
  return !wall?.imports.includes(to) && to in { ...walls, tests: 0, bench: 0 };
}

/** The layer of a file inside its room, counted from 0; undefined if the room has none. */
function layer(path: string): number | undefined {
  const [room = '', folder = '', ...rest] = path.split('/');
  const names = layers[room];
  if (!names) return undefined;
  if (room === 'lambdas' && path.endsWith('/index.ts')) return names.indexOf('index.ts');
  const named = names.indexOf(folder);
  if (named !== -1) return named;
  return room === 'lambdas' && rest.length > 0 ? names.indexOf('a task') : names.length - 1;
}

/** One sentence per import that leads to a higher layer, or to another folder of the same layer. */
const upwards = (imports: readonly Import[]): string[] =>
  imports.flatMap((one) => {
    const path = target(one);
    if (!path || room(path) !== room(one.from)) return [];
    const [from, to] = [layer(one.from), layer(path)];
    if (from === undefined || to === undefined || to < from) return [];
    const sameFolder = dirname(path) === dirname(one.from) || to === layers[room(path)]?.indexOf('the rest');
    return to === from && sameFolder ? [] : [`${one.from}:${one.line}: ${one.what} is not in a layer below`];
  });

/**
 * Returns the cycles among the entries of every folder: its files, and its folders each as one.
 *
 * A cycle of files is among them, at the folder that they have in common. The entry points of the functions are left out,
 * because nothing imports them.
 */
function cycles(imports: readonly Import[]): string[] {
  const entries = new Map<string, Map<string, Set<string>>>();
  for (const one of imports) {
    const to = target(one)?.split('/');
    if (!to || /^lambdas\/[^/]+\/index\.ts$/.test(one.from)) continue;
    const from = one.from.split('/');
    const depth = from.findIndex((name, at) => name !== to[at]);
    if (depth === -1 || to[depth] === undefined) continue;
    const folder = from.slice(0, depth).join('/') || '.';
    const edges = entries.get(folder) ?? entries.set(folder, new Map()).get(folder);
    const targets = edges?.get(from[depth] ?? '') ?? new Set();
    edges?.set(from[depth] ?? '', targets.add(to[depth]));
  }
  return [...entries].flatMap(([folder, edges]) =>
    [...edges.keys()]
      .filter((entry) => reaches(edges, entry, entry))
      .map((entry) => `${folder}: ${entry} is in a cycle`),
  );
}

function reaches(edges: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const next = [...(edges.get(from) ?? [])];
  for (let entry = next.pop(); entry !== undefined; entry = next.pop()) {
    if (entry === to) return true;
    if (!seen.has(entry)) next.push(...(edges.get(entry) ?? []));
    seen.add(entry);
  }
  return false;
}

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)));
/** Every import but those in this file, which are examples. */
const allImports = files
  .filter((file) => file !== 'tests/walls.test.ts')
  .flatMap((file) => importsIn(file, readFileSync(join(root, file), 'utf8')));

test('no room imports what its wall keeps out', () => {
  expect(throughWalls(allImports)).toEqual([]);
});

test('a layer imports only the layers below it', () => {
  expect(upwards(allImports)).toEqual([]);
});

test('no folder has a cycle among its files and folders', () => {
  expect(cycles(allImports)).toEqual([]);
});

test('every room of the house has its wall', () => {
  const rooms = new Set(files.filter((file) => file.includes('/')).map(room));
  expect([...rooms].toSorted()).toEqual([...Object.keys(walls), 'bench', 'tests'].toSorted());
});

describe('an import through a wall is found', () => {
  test.each([
    [
      'an import',
      'packages/embedded-aws/src/ssm/ssm.ts',
      "import { endings } from '../../../../domain/ending.ts';",
      '../../../../domain/ending.ts',
    ],
    [
      'a type-only import',
      'lambdas/errors.ts',
      "import type { S } from '../statemachines/asl.ts';",
      '../statemachines/asl.ts',
    ],
    ['an import of several lines', 'cli/main.ts', "import {\n  a,\n} from '../cdk/app.ts';", '../cdk/app.ts'],
    ['an import for its effect', 'rehearsals/run-story.ts', "import '../cli/main.ts';", '../cli/main.ts'],
    [
      'an export from',
      'domain/ending.ts',
      "export * from '../lambdas/clients/flags.ts';",
      '../lambdas/clients/flags.ts',
    ],
    ['a dynamic import', 'cli/main.ts', "await import('../cdk/app.ts');", '../cdk/app.ts'],
    [
      'a worker',
      'config/infra.ts',
      "new URL('../rehearsals/run-story.ts', import.meta.url)",
      '../rehearsals/run-story.ts',
    ],
    [
      'a package',
      'domain/event.ts',
      "import { DynamoDBClient } from '@aws-sdk/client-dynamodb';",
      '@aws-sdk/client-dynamodb',
    ],
    ['the CDK in a function', 'lambdas/fleet.ts', "import { App } from 'aws-cdk-lib';", 'aws-cdk-lib'],
    ['require', 'statemachines/asl.ts', "require('@aws-sdk/client-sfn')", '@aws-sdk/client-sfn'],
    ['the embedded account', 'rehearsals/run-story.ts', "import { openAccount } from 'embedded-aws';", 'embedded-aws'],
    [
      'a path past its exports',
      'tests/a.test.ts',
      "import '../packages/embedded-aws/src/account.ts';",
      '../packages/embedded-aws/src/account.ts',
    ],
  ])('in %s', (_, from, text, what) => {
    const line = text.startsWith('import {\n') ? 3 : 1;
    expect(throughWalls(importsIn(from, text))).toEqual([`${from}:${line}: ${room(from)} must not import ${what}`]);
  });

  test('but not in what a room may use', () => {
    const allowed = "import { endings } from '../domain/ending.ts';\nimport { SSMClient } from '@aws-sdk/client-ssm';";
    expect(throughWalls(importsIn('lambdas/fleet.ts', allowed))).toEqual([]);
  });
});

describe('an import out of its layer is found', () => {
  test.each([
    ['from a store to a client', 'lambdas/stores/claims.ts', '../clients/alarms.ts'],
    ['from a client to an operation', 'lambdas/clients/alarms.ts', '../operations/end-step.ts'],
    ['from one task to another', 'lambdas/reconcile/resend.ts', '../send-message/send-message.ts'],
    ['from a task to the wiring', 'lambdas/reconcile/resend.ts', '../wiring/clients.ts'],
    ['from a state to a machine', 'statemachines/states/opening.ts', '../machines/phase.ts'],
    ['from an action to a command', 'cli/actions/show.ts', '../commands/show.ts'],
  ])('%s', (_, from, what) => {
    expect(upwards(importsIn(from, `import '${what}';`))).toEqual([`${from}:1: ${what} is not in a layer below`]);
  });

  test.each([
    ['from a function’s entry point to its wiring', 'lambdas/reconcile/index.ts', '../wiring/reconcile.ts'],
    ['from the wiring to a task', 'lambdas/wiring/reconcile.ts', '../reconcile/handler.ts'],
    ['inside a folder', 'lambdas/stores/claims.ts', './put-if.ts'],
  ])('but not %s', (_, from, what) => {
    expect(upwards(importsIn(from, `import '${what}';`))).toEqual([]);
  });
});

describe('a cycle is found', () => {
  const edge = (from: string, what: string) => importsIn(from, `import '${what}';`);
  test('among files', () => {
    expect(cycles([...edge('domain/a.ts', './b.ts'), ...edge('domain/b.ts', './a.ts')])).toEqual([
      'domain: a.ts is in a cycle',
      'domain: b.ts is in a cycle',
    ]);
  });

  test('among folders whose files have none', () => {
    expect(cycles([...edge('domain/x/a.ts', '../y/b.ts'), ...edge('domain/y/c.ts', '../x/d.ts')])).toEqual([
      'domain: x is in a cycle',
      'domain: y is in a cycle',
    ]);
  });

  test('but not if a file imports from a folder beside it, and that folder imports another file beside it', () => {
    expect(cycles([...edge('a/ssm.ts', './actions/Send.ts'), ...edge('a/actions/Send.ts', '../command.ts')])).toEqual(
      [],
    );
  });
});
