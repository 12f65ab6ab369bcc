import { type Line, lineNames, type Readiness } from '../../domain/ready/readiness.ts';

/** The hosts of a line that fit a terminal; --json has more. */
const mostHosts = 5;

/** Returns the answers for people: the verdict first, then each line that is not ready with what to do, then the others. */
export function readyText(readiness: Readiness): string {
  const { phase, version, state, at, lines } = readiness;
  const of = `phase ${phase}${version === null ? '' : `, ${version}`}`;
  const wrong = lines.filter(({ ready }) => !ready);
  // A person must see first to which version a rollback would go back.
  const right = lines
    .filter(({ ready }) => ready)
    .toSorted((a, b) => Number(b.id === 'blocked') - Number(a.id === 'blocked'));
  return [
    state === 'ready'
      ? `READY: ${of} can be rolled back, as of ${at}.`
      : `NOT READY: ${of}: ${wrong.length} of ${lines.length} lines, as of ${at}.`,
    ...wrong.flatMap(wrongLines),
    ...right.map(({ id, evidence }) => `  ready      ${lineNames[id]}: ${evidence}.`),
  ].join('\n');
}

const wrongLines = ({ id, evidence, todo, hosts = [] }: Line): string[] => [
  `  NOT READY  ${lineNames[id]}: ${evidence}.`,
  ...hosts.slice(0, mostHosts).map(({ name, found }) => `             ${name}: ${found}`),
  ...(hosts.length > mostHosts ? [`             and ${hosts.length - mostHosts} more: add --json`] : []),
  ...(todo === null ? [] : [`             -> ${todo}`]),
];
