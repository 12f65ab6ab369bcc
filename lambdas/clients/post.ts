/** Posts JSON over HTTP. Returns the response's status and text; throws if there is no response in time. */
export type Post = (url: string, body: unknown) => Promise<{ readonly status: number; readonly text: string }>;

/** Milliseconds. A pager responds within a second, and Lambda tries again. */
const longestMilliseconds = 5000;

/** Node's own client, as far as it is used. */
type Send = (url: string, init: RequestInit) => Promise<Pick<Response, 'status' | 'text'>>;

/** Posts with Node's own client. It follows no redirection: a key is sent to the address that was reviewed, and to no other. */
export const postWith =
  (send: Send): Post =>
  async (url, body) => {
    const response = await send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(longestMilliseconds),
    });
    return { status: response.status, text: await response.text() };
  };
