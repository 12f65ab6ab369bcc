/**
 * Returns the anchors that GitHub gives to the headings of a Markdown text: lower case, only letters, digits, dashes and
 * underscores, a dash for each blank. A repeated anchor gets a number at its end.
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

/** Returns the text without fenced code blocks, because a shell comment in a block is no heading. */
export const withoutCode = (markdown: string) => markdown.replaceAll(/^```[\s\S]*?^```/gm, '');
