import { storyIn } from './run-story.ts';
import { sameInSimulator } from './same-in-simulator.ts';

// `npm test` runs every phase on the full account, and a fault that is another process. An account takes 8 s of a core
// to open, so one story has them all. stories.slow.test.ts runs more on the full account; tests/simulator runs all stories in
// the simulator; tests/infra/host-scripts has each fault of a host's files with the real scripts.
sameInSimulator([storyIn('tests/rehearsals/every-phase.yaml')]);
