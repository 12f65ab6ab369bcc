import fc from 'fast-check';
import { triggers } from '../../domain/trigger.ts';
import { hosts, phases } from '../names.ts';

/** An action of a story without its instant, and the seconds after its trouble's beginning at which it happens. */
export type Timed = { readonly after: number; readonly action: Readonly<Record<string, unknown>> };
export type Trouble = fc.Arbitrary<readonly Timed[]>;

/** One kind of trouble: what goes wrong, or what a person does. */
export type Kind = { readonly name: string; readonly weight: number; readonly trouble: Trouble };

export const timed = (action: Timed['action'], after = 0): Timed => ({ after, action });
export const seconds = (min: number, max: number) => fc.integer({ min, max });

/** Returns a time of a story, such as 90s. */
export const during = (value: number) => `${value}s`;
export const lasting = (min: number, max: number) => seconds(min, max).map(during);

export const phase = fc.constantFrom(...phases);
export const host = fc.constantFrom(...hosts);
/** CRITICAL ones come up most, because they act without a person. An outage comes up least: it silences all phases. */
export const trigger = fc.constantFrom(
  ...triggers,
  ...(['data_corruption', 'data_corruption', 'security_issue', 'security_issue'] as const),
  ...(['data_corruption', 'cascade_failure', 'cost_explosion'] as const),
);
export const person = fc.constantFrom('ana', 'bo', 'chris');

/** An array of actions, each at an instant of its own. */
export const severalTimes = (
  action: fc.Arbitrary<Timed['action']>,
  within: number,
  { minLength = 1, maxLength = 3 }: { minLength?: number; maxLength?: number } = {},
): Trouble =>
  fc.array(
    fc.tuple(action, seconds(0, within)).map(([one, after]) => timed(one, after)),
    { minLength, maxLength },
  );
