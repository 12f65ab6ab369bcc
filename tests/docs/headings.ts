/**
 * The anchors of a Markdown text's headings, as GitHub makes them: lower case, letters, digits, dashes and underscores only,
 * blanks as dashes, and a number behind one that was there before.
 */
export function headings(markdown: string): string[] {
  const seen = new Map<string, number>();
  return [...withoutCode(markdown).matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading = '']) => {
    const slug = heading
      .toLowerCase()
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
}

/** Without fenced blocks: a shell comment in one is no heading. */
export const withoutCode = (markdown: string) => markdown.replaceAll(/^```[\s\S]*?^```/gm, '');
