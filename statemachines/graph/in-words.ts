import type { Edge, Graph } from './graph.ts';

/** Describes a drawing in sentences for screen readers: the targets of each state, and whether each ending succeeds. */
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
