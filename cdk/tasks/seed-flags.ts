import { flagDocument } from '../../domain/infra/flag-document.ts';
import * as may from '../permissions.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Writes the first values of the flags, if the normal layer has none. */
export const seedFlags: Task = {
  name: 'seed-flags',
  timeoutSeconds: shortTimeoutSeconds,
  settings: ({ flags, firstFlags }) => ({
    ...flags.settings,
    FIRST_FLAGS: JSON.stringify(flagDocument(firstFlags)),
  }),
  rights: ({ flags }) => may.seedFlagLayer(flags),
};
