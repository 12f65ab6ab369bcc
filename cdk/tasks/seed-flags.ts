import { flagDocument } from '../../domain/infra/flag-document.ts';
import * as may from '../permissions.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Writes the first values of the flags: those of the file into the normal layer, none into the safety layer. */
export const seedFlags: Task = {
  name: 'seed-flags',
  timeoutSeconds: shortTimeoutSeconds,
  settings: ({ flags, firstFlags }) => ({
    ...flags.settings,
    FIRST_FLAGS: JSON.stringify(flagDocument(firstFlags)),
  }),
  rights: ({ flags }) => may.seedFlagLayers(flags),
};
