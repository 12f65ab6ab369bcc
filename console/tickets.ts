import { randomBytes } from 'node:crypto';

/** Pages that wait for their frame. A frame sends no token, so each page has an address of its own, which works once. */
const most = 20;

/** Keeps the newest pages until each is taken, once. */
export function tickets() {
  const waiting = new Map<string, string>();
  return {
    give: (html: string): string => {
      const ticket = randomBytes(24).toString('base64url');
      waiting.set(ticket, html);
      for (const oldest of [...waiting.keys()].slice(0, -most)) waiting.delete(oldest);
      return ticket;
    },
    take: (ticket: string): string | undefined => {
      const html = waiting.get(ticket);
      waiting.delete(ticket);
      return html;
    },
  };
}
