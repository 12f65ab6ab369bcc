import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import type { StoryResult } from '../rehearsals/story-result.ts';
import { readStory } from './actions/story-file.ts';
import { ExitCode } from './commands/command.ts';
import { jsonOption } from './commands/options.ts';
import './compile-cache.js';
import { runProgram, withOurErrors } from './program.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A rehearsal takes 300 MB and a core. */
const atOnce = 2;

/** A row of the table. `minutes`: from the story's start to the ending; `limit`: the minutes that the story allows. */
type Row = Pick<StoryResult, 'passed' | 'differences' | 'ending' | 'minutes'> & {
  readonly story: string;
  readonly limit: number | null;
};

const program = new Command('npm run rehearse:all --')
  .description('Runs every story of rehearsals/stories on an embedded account each, and prints a table.')
  .addOption(jsonOption('all rows'))
  .addHelpText('after', '\nExit code 0: all passed. 1: a story failed. 2: usage error.')
  .action(async ({ json }: { readonly json: boolean }) => {
    const rows = await rehearseAll(json ? console.error : console.log);
    if (json) console.log(JSON.stringify(rows, null, 2));
    if (rows.some(({ passed }) => !passed)) throw new ExitCode(1);
  });
process.exitCode = await runProgram(withOurErrors(program, []), process.argv.slice(2));

/** Runs all stories on one synthesized assembly, and prints each story's row when it ends. */
async function rehearseAll(print: (line: string) => void): Promise<Row[]> {
  const began = Date.now();
  const names = readdirSync(join(root, 'rehearsals/stories'))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replace('.yaml', ''));
  const wide = Math.max(...names.map(({ length }) => length));
  const assembly = mkdtempSync(join(tmpdir(), 'rollback-assembly-'));
  try {
    // Without the CDK's own check: the account refuses every resource that it does not know.
    await run(['cdk/app.ts'], { CDK_OUTDIR: assembly, CDK_VALIDATION: 'false' });
    print(`${'story'.padEnd(wide)}  ${'ending'.padEnd(24)} minutes  limit`);
    const rows: Row[] = [];
    const left = names.entries();
    const runOneByOne = async () => {
      for (const [index, name] of left) {
        const row = await rehearse(name, assembly);
        rows[index] = row;
        for (const line of lines(row, wide)) print(line);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, runOneByOne));
    print(`\n${summary(rows)} Duration: ${((Date.now() - began) / 60_000).toFixed(1)} minutes.`);
    return rows;
  } finally {
    rmSync(assembly, { recursive: true, force: true });
  }
}

async function rehearse(story: string, assembly: string): Promise<Row> {
  const file = join('rehearsals/stories', `${story}.yaml`);
  try {
    const within = readStory(join(root, file)).then[0]?.within;
    const limit = within === undefined ? null : within / 60;
    const output = await run(['cli/main.ts', 'rehearse', file, '--json', '--assembly', assembly]);
    const { passed, differences, ending, minutes } = JSON.parse(output) as StoryResult;
    return { story, passed, differences, ending, minutes, limit };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { story, passed: false, differences: [why], ending: null, minutes: null, limit: null };
  }
}

function lines({ story, passed, differences, ending, minutes, limit }: Row, wide: number): string[] {
  const numbers = [(minutes?.toFixed(2) ?? '-').padStart(7), String(limit ?? '-').padStart(5)].join('  ');
  const row = `${story.padEnd(wide)}  ${String(ending ?? '-').padEnd(24)} ${numbers}`;
  return [passed ? row : `${row}  FAILED`, ...differences.map((one) => `    ${one}`)];
}

function summary(rows: readonly Row[]): string {
  const failed = rows.filter(({ passed }) => !passed).map(({ story }) => story);
  if (failed.length === 0) return `All ${rows.length} stories passed.`;
  return `${failed.length} of ${rows.length} stories failed: ${failed.join(', ')}.`;
}

/** Runs one of our scripts in a process of its own. Returns its standard output; rejects if it printed only errors. */
function run(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr = (stderr + chunk).slice(-2000);
    });
    child.once('close', () =>
      stdout.trim() === '' && stderr !== '' ? reject(new Error(stderr.trim())) : resolve(stdout),
    );
  });
}
