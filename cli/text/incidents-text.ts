import { counted } from '../../domain/counted.ts';
import type { Tally } from '../../incidents/tally.ts';

const number = (value: number) => value.toLocaleString('en-US');

/** Returns the line that shows how far a run has got. */
export function progressText({ incidents, broken }: Tally, count: number, seconds: number): string {
  const left = incidents > 0 ? Math.ceil(((seconds / incidents) * (count - incidents)) / 60) : 0;
  const found = broken.length > 0 ? `, broken: ${broken.map(({ invariant }) => invariant).join(', ')}` : '';
  return `${number(incidents)} of ${number(count)} incidents, ${left} min left${found}`;
}

type Result = Tally & { readonly seed: number; readonly repaired: readonly string[]; readonly seconds: number };

/** Returns the result of a run as text: the breaks with their stories first, then the figures. */
export function incidentsText(result: Result): string {
  const { incidents, seed, broken, repaired, struck, known, acting, transitions, hash, seconds } = result;
  const per = (sum: number) => (incidents > 0 ? (sum / incidents).toFixed(2) : '-');
  const breaks = broken.map(
    (one) => `BROKEN: ${one.invariant}, by ${number(one.times)} of ${number(incidents)} incidents. ${one.says}
Incident ${one.number}, shrunken in ${number(one.runs)} runs; alone: npm run incidents -- --seed ${seed} --from ${one.number} --count 1

${one.story}`,
  );
  const whole = repaired.map(
    (name) => `REPAIRED: ${name} breaks nothing any more. Remove it from incidents/known-broken.ts.`,
  );
  const met = Object.entries(known).map(
    ([name, times]) => `  known break ${name}: ${counted(number(times), 'incident')}`,
  );
  const most = Math.max(0, ...Object.keys(struck).map((name) => name.length));
  const counts = Object.entries(struck).map(([name, times]) => `  ${name.padEnd(most)}  ${number(times)}`);
  const verdict = broken.length + repaired.length > 0 ? 'not clean' : 'clean';
  return [
    ...breaks,
    ...whole,
    `${counted(number(incidents), 'incident')} of seed ${seed}: ${verdict}, in ${(seconds / 60).toFixed(1)} minutes.`,
    ...met,
    `  ${per(acting)} rollbacks that acted and ${per(transitions)} transitions per incident`,
    `  hash of all: ${hash}`,
    '',
    'Number of incidents in which',
    ...counts,
  ].join('\n');
}
