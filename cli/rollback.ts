import { closest } from 'fastest-levenshtein';
import { InvalidFile } from '../domain/yaml.ts';
import { type Command, UsageError } from './command.ts';
import { decide } from './decide.ts';
import { deployed } from './deployed.ts';
import { graph } from './graph.ts';
import { Interrupted } from './interrupt.ts';
import { local } from './local.ts';
import { health, verify } from './look.ts';
import { plan } from './plan.ts';
import { rehearse } from './rehearse.ts';
import { release } from './release.ts';
import { render } from './render.ts';
import { show } from './show.ts';
import { start } from './start.ts';

const commands: Readonly<Record<string, Command>> = {
  rehearse,
  local,
  plan,
  start,
  show,
  decide,
  health,
  verify,
  release,
  deployed,
  graph,
  render,
};

const help = `rollback undoes a failed deployment phase on a fleet of trading hosts.

${Object.entries(commands)
  .map(([name, { summary }]) => `  rollback ${name.padEnd(10)} ${summary}`)
  .join('\n')}

Run \`npm run rollback -- COMMAND --help\` for one of them. Exit codes: 0 done, 1 it failed, 2 it was asked wrongly.`;

/** Does what a command line asks for; answers the exit code. Whatever fails has been said on standard error. */
export async function rollback([name, ...words]: readonly string[]): Promise<number> {
  try {
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      console.log(help);
      return name === undefined ? 2 : 0;
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command)
      throw new UsageError(
        `Unknown command "${name}"; did you mean "${closest(name, Object.keys(commands))}"? \`npm run rollback -- --help\` lists them.`,
      );
    if (words.includes('--help') || words.includes('-h')) {
      console.log(command.help);
      return 0;
    }
    return await command.run(words);
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): number {
  console.error(error instanceof Error ? error.message : String(error));
  if (error instanceof UsageError || error instanceof InvalidFile) return 2;
  return error instanceof Interrupted ? 130 : 1;
}
