import { type Account, type AccountOptions, openWith } from './open-with.ts';
import { realParts } from './real-parts.ts';

export type { Account, AccountOptions } from './open-with.ts';

/** Opens an embedded AWS account with the resources of a cloud assembly and with hosts of an image. */
export const openAccount = (options: AccountOptions): Promise<Account> => openWith(options, realParts);
