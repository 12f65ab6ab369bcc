import { type KnownFlags, shareWords } from '../flags/known-flags.ts';
import type { SetFlagRequest } from '../flags/set-flag-request.ts';
import { sharePattern } from '../infra/flags-file.ts';
import { nearMiss } from '../near-miss.ts';
import { shown } from '../printable.ts';
import type { DeployedVersion } from '../target/replaced-version.ts';
import type { ForbiddenPair } from './forbidden-pairs.ts';

type Asked = Pick<SetFlagRequest, 'flag' | 'value'>;

/** Returns why a flag may not have a value, by infra/ alone; undefined if it may. */
export function whyUnknown({ flag, value }: Asked, { allowed, retired, shares = [] }: KnownFlags): string | undefined {
  if (Object.hasOwn(retired, flag))
    return `${flag} is retired (${retired[flag]}), and the name of a retired flag is never used again. Use another name.`;
  if (!Object.hasOwn(allowed, flag)) {
    const near = nearMiss(flag, Object.keys(allowed));
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    return `There is no flag ${shown(flag)}${hint} Known flags: ${Object.keys(allowed).join(', ')}.`;
  }
  if (shares.includes(flag))
    return sharePattern.test(`${value}`) ? undefined : `${flag} may not be ${shown(value)}: it is ${shareWords}.`;
  const values = allowed[flag] ?? [];
  if (values.includes(value)) return undefined;
  const known = values.length === 0 ? 'no value is declared' : `it may be ${values.join(' or ')}`;
  return `${flag} may not be ${shown(value)}: ${known}. Declare a new value in infra/flags.yaml, and deploy the product.`;
}

/** A forbidden pair of a phase's runbook, with the tag that the phase's rollback restores. */
export type PairOfPhase = ForbiddenPair & { readonly phase: number; readonly target: string };

/** Returns the pairs in which a flag and a value occur. */
export const pairsWith = ({ flag, value }: Asked, pairs: readonly PairOfPhase[]): PairOfPhase[] =>
  pairs.filter((pair) => pair.flag === flag && pair.value === value);

/**
 * Returns why the code that runs must not meet a value; undefined if it may. `recent`: the phase's deployments, the newest first.
 *
 * The version that a rollback would undo (`before`) is the one that runs. A rollback may have restored its target or the version
 * before, so each recent deployment counts until one that nobody rolled back. If no deployment is on record, any version may run.
 */
export function whyForbidden(pair: PairOfPhase, recent: readonly DeployedVersion[]): string | undefined {
  const { phase, version, flag, value, reason } = pair;
  const rule = `Phase ${phase} forbids ${flag} ${value} with ${inWords(pair)} (${reason})`;
  if (recent.length === 0)
    return `${rule}, and no deployment of the phase is on record, so that version may run. Record the deployment (rollback deployed), and repeat.`;
  const running = runningOf(pair, recent);
  if (version !== 'before' && !running.includes(version)) return undefined;
  return `${rule}, and that version may run now. Deploy another version first, or choose another value.`;
}

function runningOf({ target }: PairOfPhase, recent: readonly DeployedVersion[]): string[] {
  const first = recent.findIndex(({ rolled_back }) => !rolled_back);
  const named = recent.slice(0, first === -1 ? undefined : first + 1).map(({ version }) => version);
  const restored = recent[0]?.rolled_back !== undefined || named.includes(target);
  return [...named, ...(restored ? [target, 'target'] : [])];
}

function inWords({ version, target }: PairOfPhase): string {
  if (version === 'before') return 'the deployed version';
  return version === 'target' ? `${target}, to which it is rolled back,` : version;
}
