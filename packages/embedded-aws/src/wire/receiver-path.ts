/** Receivers have this beginning of their paths in common. */
export const receiverPrefix = '/_received/';

/** Whether a path belongs to a receiver. */
export const isReceiver = (path: string): boolean => path.startsWith(receiverPrefix);
