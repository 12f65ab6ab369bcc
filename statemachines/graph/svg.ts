import { drawnLine, rounded1 } from './drawn-line.ts';
import type { Box } from './geometry.ts';
import type { Graph } from './graph.ts';
import { inWords } from './in-words.ts';
import { layOut, lineHeight } from './layout.ts';
import type { Line } from './lines.ts';
import { svgStyle } from './svg-style.ts';

/**
 * Returns the graph as a self-contained SVG, without script, font or style from elsewhere.
 *
 * It has a background of its own, so that it is readable on light and dark pages, and a description in words.
 */
export function svgOf(graph: Graph): string {
  const layout = layOut(graph);
  const { boxes, lines } = layout;
  const width = Math.max(layout.width, legendWidth);
  const height = layout.height + legendHeight;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escaped(graph.title)}</title>`,
    `<desc id="description">${escaped(inWords(graph))}</desc>`,
    svgStyle,
    `<rect class="page" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...start(boxes.find(({ name }) => name === graph.happyPath[0])),
    ...lines.toSorted((a, b) => layer[a.kind] - layer[b.kind]).map(drawnLine),
    ...boxes.map(drawnBox),
    ...lines.filter(({ label }) => label !== '').map(drawnLabel),
    ...legend(layout.height + 6),
    '</svg>',
  ].join('\n')}\n`;
}

/** The order of drawing: later lines are above earlier ones. */
const layer = { caught: 0, other: 1, happy: 2 };
const [legendWidth, legendHeight] = [330, 24];

function start(first: Box | undefined): string[] {
  if (!first) return [];
  const { x, y, height } = first;
  const end = { x, y: y - height / 2 };
  return [
    `<circle class="tip" cx="${rounded1(x)}" cy="${rounded1(end.y - 28)}" r="6"/>`,
    drawnLine({ kind: 'happy', points: [{ x, y: end.y - 22 }, end], arrives: true }),
  ];
}

function drawnBox({ x, y, width, height, kind, lines }: Box): string {
  const [left, above] = [rounded1(x - width / 2), rounded1(y - height / 2)];
  const rx = kind === 'task' ? 5 : height / 2;
  const shape =
    kind === 'question'
      ? `<polygon class="question" points="${hexagon(left, above, width, height)}"/>`
      : `<rect class="${kind}" x="${left}" y="${above}" width="${width}" height="${height}" rx="${rx}"/>`;
  const first = y + 4.5 - ((lines.length - 1) * lineHeight) / 2;
  const text = lines.map(
    (line, i) => `<text x="${rounded1(x)}" y="${rounded1(first + i * lineHeight)}">${escaped(line)}</text>`,
  );
  return [shape, ...text].join('');
}

function hexagon(left: number, above: number, width: number, height: number): string {
  const [right, below, middle, cut] = [left + width, above + height, above + height / 2, 12];
  const corners = [
    [left, middle],
    [left + cut, above],
    [right - cut, above],
    [right, middle],
    [right - cut, below],
    [left + cut, below],
  ];
  return corners.map((corner) => corner.map(rounded1).join(',')).join(' ');
}

const drawnLabel = ({ label, labelAt: { x, y } }: Pick<Line, 'label' | 'labelAt'>) =>
  `<text class="label" x="${rounded1(x)}" y="${rounded1(y + 4)}">${escaped(label)}</text>`;

function legend(y: number): string[] {
  const line = (kind: Line['kind'], x: number, label: string) =>
    drawnLine({
      kind,
      points: [
        { x, y },
        { x: x + 34, y },
      ],
      arrives: true,
    }) + drawnLabel({ label, labelAt: { x: x + 42, y } });
  return [line('happy', 20, 'happy path'), line('other', 136, 'otherwise'), line('caught', 242, 'error')];
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
