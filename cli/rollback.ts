import { Command } from 'commander';
import packageFile from '../package.json' with { type: 'json' };
import { annotate } from './commands/annotate.ts';
import { complete } from './commands/complete.ts';
import { completion } from './commands/completion.ts';
import { decide } from './commands/decide.ts';
import { deployed } from './commands/deployed.ts';
import { evidence } from './commands/evidence.ts';
import { graph } from './commands/graph.ts';
import { health } from './commands/health.ts';
import { history } from './commands/history.ts';
import { local } from './commands/local.ts';
import { plan } from './commands/plan.ts';
import { rehearse } from './commands/rehearse.ts';
import { release } from './commands/release.ts';
import { render } from './commands/render.ts';
import { review } from './commands/review.ts';
import { show } from './commands/show.ts';
import { start } from './commands/start.ts';
import { stats } from './commands/stats.ts';
import { verify } from './commands/verify.ts';
import { verifyHistory } from './commands/verify-history.ts';
import { runProgram, withOurErrors } from './program.ts';

/** Every command, in the order of the help. */
const commands = [
  ...[show, history, stats],
  ...[plan, health, verify],
  ...[verifyHistory, evidence],
  ...[start, decide, release, deployed],
  ...[annotate, review],
  ...[rehearse, local],
  ...[graph, render, completion],
];

const about = `
Run it as \`npx rollback …\`, or as \`npm run rollback -- …\`. Help for one command: rollback COMMAND --help

Exit codes: 0 done, 1 failed, 2 usage error, 130 interrupted.`;

/** Returns the whole command line. */
export function program(): Command {
  const root = new Command('rollback')
    .description('rollback undoes a failed deployment phase on a fleet of trading hosts.')
    .usage('COMMAND [options]')
    // Without this, `rollback deployed --version v1` would print the version of rollback.
    .enablePositionalOptions()
    .version(packageFile.version)
    .helpCommand(false)
    .addHelpText('after', about);
  withOurErrors(
    root,
    commands.map((one) => one()),
  );
  return root.addCommand(complete(), { hidden: true });
}

/** Runs a command line and prints failures on standard error. Returns the exit code. */
export async function rollback(words: readonly string[]): Promise<number> {
  const root = program();
  if (words.length === 0) {
    root.outputHelp();
    return 2;
  }
  const [name = '', ...rest] = words[0] === 'help' ? [...words.slice(1), '--help'] : words;
  const isKnown = name.startsWith('-') || root.commands.some((one) => one.name() === name);
  // With `--help` commander would show the help of `rollback` for a command that is misspelt.
  return runProgram(root, isKnown ? [name, ...rest] : [name]);
}
