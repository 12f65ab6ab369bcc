import { Exit, pythonJson } from '../data/python.ts';
import { flagValue } from '../system/controls.ts';
import { type Call, words } from './script-call.ts';

// infra/host-scripts/shared/flags.py

export type EffectiveFlag = {
  readonly effective: unknown;
  readonly layer: string | null;
  readonly as_expected: boolean;
};

const OVERRIDES = '-safety';

/** Returns each flag with the value that the rollback sets, as text. */
export const wantedFlags = (call: Call): Map<string, string> =>
  new Map(words(call, 'SSM_Flags').map((pair) => pair.split('=') as [string, string]));

export function effectiveFlags(call: Call): Record<string, EffectiveFlag> {
  const found: Record<string, EffectiveFlag> = {};
  for (const [flag, wanted] of wantedFlags(call)) {
    const [value, layer] = effectiveValue(call, flag);
    found[flag] = { effective: value, layer, as_expected: layer !== null && asText(value) === wanted };
  }
  return found;
}

/** Returns one sentence per flag that is not as wanted: `data_source is databento (in local), not barchart`. */
export const flagMismatches = (call: Call, found: Readonly<Record<string, EffectiveFlag>>): string[] =>
  [...wantedFlags(call)].flatMap(([flag, wanted]) => {
    const seen = found[flag];
    if (!seen || seen.layer === null) return [`no layer sets ${flag} yet; expected ${wanted}`];
    return seen.as_expected ? [] : [`${flag} is ${asText(seen.effective)} (in ${seen.layer}), not ${wanted}`];
  });

function effectiveValue({ host }: Call, flag: string): readonly [unknown, string | null] {
  if (host.flags.size === 0)
    throw new Exit('There is no folder var/lib/appconfig; check that the AppConfig agent runs and writes flags there');
  const holding = [...host.flags].filter(([, flags]) => Object.hasOwn(flags, flag));
  const [environment, flags] =
    holding.find(([name]) => name.endsWith(OVERRIDES)) ?? holding.find(([name]) => !name.endsWith(OVERRIDES)) ?? [];
  const entry = flags?.[flag];
  return entry && environment !== undefined ? [flagValue(entry), environment] : [null, null];
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : pythonJson(value));
