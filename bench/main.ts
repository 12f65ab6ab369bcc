import { parseArgs } from 'node:util';
import { backtest } from './backtest.ts';
import { consoleLatency } from './console-latency.ts';
import { type Figure, reached } from './figure.ts';
import { fleets } from './fleets.ts';
import { halt } from './halt.ts';
import { history } from './history.ts';
import { incidentPages } from './incident-page.ts';
import { interpreter } from './interpreter.ts';
import { rollbacks } from './rollbacks.ts';
import { simulatedStories } from './simulated-stories.ts';
import { statistics } from './statistics.ts';
import { verifiedHistory } from './verified-history.ts';
import { wholeCommands } from './whole-commands.ts';
import { yearOfSessions } from './year-of-sessions.ts';

const help = `npm run bench [-- --json]

Measures real runs, in about eight minutes on two cores. Exit code 1: a figure missed its target.`;

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});
if (values.help) {
  console.log(help);
} else {
  const say = (line: string) => process.stderr.write(`  ${line}\n`);
  const figures: Figure[] = [];
  for (const [what, measure] of Object.entries({
    interpreter,
    statistics,
    backtest,
    'a year of sessions': yearOfSessions,
    'the verification of the history': verifiedHistory,
    'incident pages': incidentPages,
    'the console, from event to screen': consoleLatency,
    'whole commands': wholeCommands,
    rollbacks: () => rollbacks(say),
    'all stories in the simulator': () => simulatedStories(say),
    'a halt of 300 hosts': halt,
    fleets: () => fleets(say),
    history: () => history(say),
  })) {
    say(`measuring ${what}`);
    figures.push(...(await measure()));
  }
  if (values.json) console.log(JSON.stringify(figures, null, 2));
  else for (const figure of figures) console.log(line(figure));
  process.exitCode = figures.every(reached) ? 0 : 1;
}

function line(figure: Figure): string {
  const { name, value, unit, most, least } = figure;
  const target = most !== undefined ? `<= ${most}` : least !== undefined ? `>= ${least}` : '';
  const verdict = target === '' ? '' : reached(figure) ? 'reached' : 'NOT REACHED';
  return `${name.padEnd(50)} ${`${value} ${unit}`.padEnd(24)} ${target.padEnd(10)} ${verdict}`.trimEnd();
}
