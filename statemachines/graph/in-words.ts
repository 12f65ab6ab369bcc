import type { Edge, Graph } from './graph.ts';

/** A drawing in sentences, for those who hear it: where each state leads, and how each ending ends. */
export function inWords({ happyPath: [start = ''], nodes, edges }: Graph): string {
  const sentences = nodes.map(({ name, kind }) => {
    if (kind === 'success') return `${name} succeeds.`;
    if (kind === 'failure') return `${name} fails.`;
    return `${name} ${edges
      .filter(({ from }) => from === name)
      .map(leads)
      .join('; ')}.`;
  });
  return [`Starts with ${start}.`, ...sentences].join(' ');
}

function leads({ to, kind, label }: Edge): string {
  if (kind === 'caught') return `${label === '' ? 'an error' : `error ${label}`} leads to ${to}`;
  return label === '' ? `leads to ${to}` : `${label}: leads to ${to}`;
}
