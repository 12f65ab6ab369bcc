/**
 * Control characters, line breaks among them: what people type is shown in terminals and messages a year later, where
 * such a character could forge a line.
 */
export const unprintable = /[\p{Cc}\p{Zl}\p{Zp}]/u;
