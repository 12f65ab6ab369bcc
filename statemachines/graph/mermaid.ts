import type { Edge, Graph, Node } from './graph.ts';

/** Returns the graph as a Mermaid flowchart, which GitHub and most wikis draw. */
export function mermaidOf({ title, happyPath: [start], nodes, edges }: Graph): string {
  const id = (name: string) => `s${nodes.findIndex((node) => node.name === name) + 1}`;
  return [
    `%% ${title}`,
    'flowchart TD',
    ...(start === undefined ? [] : [`  start(( )) ==> ${id(start)}`]),
    ...nodes.map((node) => `  ${id(node.name)}${shape(node)}:::${node.kind}`),
    ...edges.map((edge) => `  ${id(edge.from)} ${arrow(edge)} ${id(edge.to)}`),
    '  classDef task fill:#f6f8fa,stroke:#57606a,color:#1f2328',
    '  classDef question fill:#ddf4ff,stroke:#0969da,color:#1f2328',
    '  classDef success fill:#dafbe1,stroke:#1a7f37,color:#1f2328',
    '  classDef failure fill:#ffebe9,stroke:#cf222e,color:#1f2328',
    '',
  ].join('\n');
}

function shape({ name, kind }: Node): string {
  if (kind === 'task') return `[${quoted(name)}]`;
  return kind === 'question' ? `{{${quoted(name)}}}` : `([${quoted(name)}])`;
}

const arrows = { happy: '==>', other: '-->', caught: '-.->' };
const arrow = ({ kind, label }: Edge) => `${arrows[kind]}${label === '' ? '' : `|${quoted(label)}|`}`;

/** Escapes text for Mermaid, whose entities begin with # instead of &. */
const quoted = (text: string) => `"${text.replaceAll('#', '#35;').replaceAll('"', '#quot;')}"`;
