import type { AccountEvent, Execution } from './account.ts';

/** The source of the product's transitions (docs/transition-events.md). */
const source = 'rollback.transitions';

/** Compares the transitions of a rollback that EventBridge accepted with a story's expectation, and with their order in the history. */
export function transitionDifferences(
  which: string,
  expected: readonly string[] | undefined,
  { arn }: Execution,
  events: readonly AccountEvent[],
): string[] {
  if (!expected) return [];
  const id = arn.split(':').at(-1);
  const accepted = events
    .filter((one) => one['event'] === 'EventPut' && one['source'] === source)
    .map(
      (one) => one['detail'] as { readonly rollback: string; readonly transition: string; readonly sequence: number },
    )
    .filter(({ rollback }) => rollback === id);
  const names = accepted.map(({ transition }) => transition);
  const found: string[] = [];
  let from = 0;
  for (const name of expected) {
    const at = names.indexOf(name, from);
    if (at === -1) {
      found.push(`${which}: expected transitions ${expected.join(', ')}, found ${names.join(', ') || 'none'}`);
      break;
    }
    from = at + 1;
  }
  const late = accepted.find(({ sequence }, i) => i > 0 && sequence <= (accepted[i - 1]?.sequence ?? 0));
  if (late) found.push(`${which}: expected transitions in the order of the history, found event ${late.sequence} late`);
  return found;
}
