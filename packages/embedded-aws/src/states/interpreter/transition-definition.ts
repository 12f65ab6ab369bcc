import type { Block, Readable } from './block.ts';
import type { Transition } from './machine.ts';

/** Reads Assign, Output and either Next or End. */
export function onward(block: Block, readable: Readable): Transition {
  const end = block.raw('End');
  if (end !== undefined && end !== true) throw block.wrong('End', `must be true or absent, got ${JSON.stringify(end)}`);
  if (block.has('Next') === (end === true)) throw block.wrong('Next', 'or "End" must be present, but not both');
  return transition(block, block.has('Next') ? block.text('Next') : undefined, readable);
}

/** Reads Assign and Output. */
export function transition(block: Block, next: string | undefined, readable: Readable): Transition {
  return { next, assign: assign(block, readable), output: block.template('Output', readable) };
}

function assign(block: Block, readable: Readable) {
  if (!block.has('Assign')) return undefined;
  const names = Object.keys(block.raw('Assign') ?? {});
  for (const name of names) {
    if (name === 'states') throw block.wrong('Assign/states', 'is reserved for $states');
    if (name.length > 80 || !/^[\p{ID_Start}_][\p{ID_Continue}_]*$/u.test(name)) {
      throw block.wrong(
        `Assign/${name}`,
        'is not a variable name: use a letter, then letters, digits or _, at most 80',
      );
    }
  }
  const found = block.template('Assign', readable);
  if (!found?.keys) throw block.wrong('Assign', 'must be an object of variables');
  // An empty Assign leaves no trace in the history.
  return names.length > 0 ? found : undefined;
}
