import * as z from 'zod';

/** A script of the customer's that keeps other things from deploying on a host while a rollback works. */
export const holdSchema = z.strictObject({
  script: z
    .string()
    .max(200)
    .regex(/^(?!.*\.\.)[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*\.py$/, {
      error: 'a Python script below the tree such as scripts/hold_deployments.py',
    })
    .describe('Stops what deploys on a host if its last argument is --hold, and lets it go if that is --release.'),
  arguments: z
    .array(z.string().regex(/^[A-Za-z0-9_.:=/-]{1,70}$/, { error: 'letters, digits and _ . : = / -' }))
    .max(9)
    .default([]),
});
type Hold = z.infer<typeof holdSchema>;

/** Returns the values of the environment in the machines' commands; empty texts if nothing is held. */
export const holdSettings = (hold: Hold | undefined): Readonly<Record<'HoldScript' | 'HoldArguments', string>> => ({
  HoldScript: hold?.script ?? '',
  HoldArguments: hold?.arguments.join(' ') ?? '',
});
