import { stringify } from 'yaml';
import { cleanedLine } from '../../domain/printable.ts';
import type { WrittenStory } from '../../domain/story/story-of.ts';

/** Returns a story file: first as comments what the story cannot express, then the story. */
export function storyText(id: string, environment: string, { document, notExpressed }: WrittenStory): string {
  const comments = [
    `Rollback ${id} of ${environment}, written from its record by \`rollback story\`.`,
    ...(notExpressed.length > 0 ? ['Not in the story:'] : []),
    ...notExpressed.map((one) => `- ${one}`),
  ];
  const lines = comments.map((one) => `# ${cleanedLine(one, 500) ?? ''}\n`).join('');
  // A story file has no aliases: each entry is read where it stands.
  return `${lines}${stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 })}`;
}
