import type { Clock } from '../clock/clock.ts';
import type { Acquire } from '../clock/semaphore.ts';
import type { ToWorker } from './protocol.ts';

type Surrounding = {
  readonly clock: Clock;
  /** Waits until the function may compute. */
  readonly acquire: Acquire;
  readonly post: (message: ToWorker) => void;
  /** The most real time that a computation may take. A virtual clock waits for computations, so an endless one would stop it. */
  readonly limit: { readonly milliseconds: number; readonly exceeded: () => void };
};

/**
 * Follows one invocation: the function computes or sleeps. While it computes it holds the clock and a permit to compute;
 * while it sleeps it holds neither.
 *
 * A function that sleeps does nothing else meanwhile, because the product's own waits are sequential.
 */
export function computation({ clock, acquire, post, limit }: Surrounding) {
  let releaseClock = clock.hold();
  let releasePermit = () => {};
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const alarms = new Map<number, { cancel(): void }>();
  const takePermit = async () => {
    releasePermit = await acquire();
    if (over) releasePermit();
    else timer = setTimeout(limit.exceeded, limit.milliseconds);
  };
  const leavePermit = () => {
    clearTimeout(timer);
    releasePermit();
  };
  const resume = async (message: ToWorker) => {
    await takePermit();
    if (!over) post(message);
  };
  const endSleep = (sleep: number) => {
    alarms.get(sleep)?.cancel();
    alarms.delete(sleep);
    releaseClock = clock.hold();
  };
  return {
    /** Starts the invocation as soon as the function may compute. */
    begin: resume,

    /** Lets time pass for `delay` milliseconds, then wakes the function. */
    sleep: (sleep: number, delay: number) => {
      leavePermit();
      alarms.set(
        sleep,
        clock.at(clock.now() + delay, () => {
          endSleep(sleep);
          void resume({ type: 'wake', sleep });
        }),
      );
      releaseClock();
    },

    /** Ends a sleep that the function itself ended early. */
    rise: async (sleep: number) => {
      if (!alarms.has(sleep)) return; // its alarm woke it at the same time
      endSleep(sleep);
      await takePermit();
    },

    end: () => {
      over = true;
      for (const alarm of alarms.values()) alarm.cancel();
      leavePermit();
      releaseClock();
    },
  };
}
