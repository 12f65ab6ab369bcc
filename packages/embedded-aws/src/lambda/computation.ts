import type { Clock } from '../clock/clock.ts';
import type { Turn } from '../clock/semaphore.ts';
import type { ToWorker } from './protocol.ts';

type Surrounding = {
  readonly clock: Clock;
  readonly turn: Turn;
  readonly post: (message: ToWorker) => void;
  /** A virtual clock waits for who computes: one that computes this long for real would stop it for ever. */
  readonly patience: { readonly milliseconds: number; readonly over: () => void };
};

/**
 * Holds the clock and the function's turn while it computes, and neither while it sleeps.
 *
 * A function that sleeps does nothing else meanwhile: the product's own waits are sequential.
 */
export function computation({ clock, turn, post, patience }: Surrounding) {
  let release = clock.hold();
  let yieldTurn = () => {};
  let impatience: NodeJS.Timeout | undefined;
  let over = false;
  const alarms = new Map<number, { cancel(): void }>();
  const takeTurn = async () => {
    yieldTurn = await turn();
    if (over) yieldTurn();
    else impatience = setTimeout(patience.over, patience.milliseconds);
  };
  const leaveTurn = () => {
    clearTimeout(impatience);
    yieldTurn();
  };
  const resume = async (message: ToWorker) => {
    await takeTurn();
    if (!over) post(message);
  };
  const rise = (sleep: number) => {
    alarms.get(sleep)?.cancel();
    alarms.delete(sleep);
    release = clock.hold();
  };
  return {
    begin: resume,
    sleep: (sleep: number, delay: number) => {
      leaveTurn();
      alarms.set(
        sleep,
        clock.at(clock.now() + delay, () => {
          rise(sleep);
          void resume({ type: 'wake', sleep });
        }),
      );
      release();
    },
    rise: async (sleep: number) => {
      if (!alarms.has(sleep)) return; // the account woke it at the same time
      rise(sleep);
      await takeTurn();
    },
    end: () => {
      over = true;
      for (const alarm of alarms.values()) alarm.cancel();
      leaveTurn();
      release();
    },
  };
}
