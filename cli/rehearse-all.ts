import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Told } from '../rehearsals/tell.ts';
import { UsageError } from './commands/command.ts';
import './compile-cache.ts';
import { options } from './commands/options.ts';
import { readStory } from './commands/story-file.ts';

// `npm run rehearse:all [-- --json]`: every story of rehearsals/stories, and a table. Exit code 1 if one differs, 2 if it
// is asked wrongly.
const root = fileURLToPath(new URL('..', import.meta.url));

/** A telling takes 300 MB and a core. */
const atOnce = 2;

/** A row of the table; minutes from the story's start to the ending, and how many the story allows. */
type Row = Pick<Told, 'passed' | 'differences' | 'ending' | 'minutes'> & {
  readonly story: string;
  readonly limit: number | null;
};

try {
  const { values } = options({ options: { json: { type: 'boolean', default: false } } });
  const rows = await rehearseAll(values.json ? () => {} : console.log);
  if (values.json) console.log(JSON.stringify(rows, null, 2));
  process.exitCode = rows.every(({ passed }) => passed) ? 0 : 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

/** Tells all of them on one synthesized assembly, and says each row as its story is over. */
async function rehearseAll(say: (line: string) => void): Promise<Row[]> {
  const began = Date.now();
  const names = readdirSync(join(root, 'rehearsals/stories'))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replace('.yaml', ''));
  const wide = Math.max(...names.map(({ length }) => length));
  const assembly = mkdtempSync(join(tmpdir(), 'rollback-assembly-'));
  try {
    await run(['cdk/app.ts'], { CDK_OUTDIR: assembly, CDK_VALIDATION: 'false' }); // cli/account/embedded-account.ts says why
    say(`${'story'.padEnd(wide)}  ${'ending'.padEnd(24)} minutes  limit`);
    const rows: Row[] = [];
    const left = names.entries();
    const tellOneByOne = async () => {
      for (const [index, name] of left) {
        const row = await rehearsed(name, assembly);
        rows[index] = row;
        for (const line of lines(row, wide)) say(line);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, tellOneByOne));
    say(`\n${summary(rows)} It took ${((Date.now() - began) / 60_000).toFixed(1)} minutes.`);
    return rows;
  } finally {
    rmSync(assembly, { recursive: true, force: true });
  }
}

async function rehearsed(story: string, assembly: string): Promise<Row> {
  const file = join('rehearsals/stories', `${story}.yaml`);
  try {
    const within = readStory(join(root, file)).then[0]?.within;
    const limit = within === undefined ? null : within / 60;
    const output = await run(['cli/main.ts', 'rehearse', file, '--json', '--assembly', assembly]);
    const { passed, differences, ending, minutes } = JSON.parse(output) as Told;
    return { story, passed, differences, ending, minutes, limit };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { story, passed: false, differences: [why], ending: null, minutes: null, limit: null };
  }
}

function lines({ story, passed, differences, ending, minutes, limit }: Row, wide: number): string[] {
  const numbers = [(minutes?.toFixed(2) ?? '-').padStart(7), String(limit ?? '-').padStart(5)].join('  ');
  const row = `${story.padEnd(wide)}  ${String(ending ?? '-').padEnd(24)} ${numbers}`;
  return [passed ? row : `${row}  DIFFERS`, ...differences.map((one) => `    ${one}`)];
}

function summary(rows: readonly Row[]): string {
  const failed = rows.filter(({ passed }) => !passed).map(({ story }) => story);
  if (failed.length === 0) return `All ${rows.length} stories came out as they say.`;
  return `${failed.length} of ${rows.length} stories differ: ${failed.join(', ')}.`;
}

/** A script of ours in a process of its own; what it said on standard output. */
function run(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [said, complained] = ['', ''];
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    child.stderr.on('data', (chunk) => {
      complained = (complained + chunk).slice(-2000);
    });
    child.once('close', () =>
      said.trim() === '' && complained !== '' ? reject(new Error(complained.trim())) : resolve(said),
    );
  });
}
