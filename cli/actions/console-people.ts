import type { Fields } from '../../console/backend.ts';
import { parseAcknowledgement } from '../../domain/afterwards/acknowledgement.ts';
import { parseBrakes } from '../../domain/brakes/brakes-request.ts';
import { parseReleaseRequest } from '../../domain/decision/release-request.ts';
import { InvalidInput } from '../../domain/errors.ts';
import type { Connected } from '../account/clients.ts';
import { acceptedText } from './ack.ts';
import { brakesText } from './brakes.ts';
import { ended, phaseIn } from './console-machine.ts';
import { startActs } from './console-start.ts';
import { releasedText } from './release.ts';

/** Returns the acts that people need in the minute of an incident, each by the machine and in the words of its command. */
export function peopleActs(connection: Connected, now: () => number) {
  return {
    ack: async ({ rollback, operator }: Fields) => {
      const input = parseAcknowledgement({ rollback, operator, acknowledge: true });
      const { at } = await ended<{ at: string }>(connection, 'annotate', { ...input, acknowledge: true });
      return { says: acceptedText(input.rollback, at, { environment: connection.name }) };
    },
    pause: (fields: Fields) => setBrake(connection, 'pause', fields),
    unpause: (fields: Fields) => setBrake(connection, 'unpause', fields),
    release: async (fields: Fields) => {
      const input = parseReleaseRequest(fields);
      if (input.rollback === undefined)
        throw new InvalidInput(
          'rollback is missing: the console releases the fleet of one rollback. Nothing was released.',
        );
      const released = await ended<Parameters<typeof releasedText>[0]>(connection, 'release', input);
      return { says: releasedText(released, connection.name).join('\n') };
    },
    ...startActs(connection, now),
  };
}

async function setBrake(connection: Connected, action: 'pause' | 'unpause', fields: Fields) {
  const { phase = null, ...more } = fields;
  const input = parseBrakes({ ...more, action, ...(phase === null ? {} : { phase: phaseIn({ phase }) }) });
  const { phase: of, ...rest } = input;
  const set = await ended<Parameters<typeof brakesText>[0]>(connection, 'brakes', of === null ? rest : input);
  return { says: brakesText(set) };
}
