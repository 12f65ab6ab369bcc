import * as z from 'zod';
import type { Instant } from '../clock/clock.ts';
import type { Surroundings } from '../wire/service.ts';
import type { StateValue } from './alarm-verdict.ts';

/** The properties that metric and composite alarms have in common, by CloudWatch's names. */
export const alarmProperties = {
  ActionsEnabled: z.boolean().default(true),
  AlarmActions: z.array(z.string()).default([]),
  AlarmDescription: z.string().optional(),
  AlarmName: z.string().regex(/^[\x20-\x7e]{1,255}$/),
  InsufficientDataActions: z.array(z.string()).default([]),
  OKActions: z.array(z.string()).default([]),
  Tags: z.unknown().optional(),
};

export type AlarmState = {
  readonly value: StateValue;
  readonly reason: string;
  /** JSON, as CloudWatch writes it. */
  readonly reasonData?: string;
  readonly updatedAt: Instant;
  /** The instant of the last change of `value`. */
  readonly transitionedAt: Instant;
};

/** A change of an alarm's state. */
export type Transition = { readonly from: AlarmState; readonly to: AlarmState };

/** The fields of every alarm besides its definition. */
export type AlarmBase = {
  readonly name: string;
  readonly arn: string;
  readonly configuredAt: Instant;
  state: AlarmState;
  /** Oldest first. */
  readonly transitions: Transition[];
};

/** Returns the fields of a new alarm, which is in INSUFFICIENT_DATA. */
export function newAlarm({ clock, region, accountId }: Surroundings, name: string): AlarmBase {
  const now = clock.now();
  return {
    name,
    arn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`,
    configuredAt: now,
    state: {
      value: 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
      updatedAt: now,
      transitionedAt: now,
    },
    transitions: [],
  };
}
