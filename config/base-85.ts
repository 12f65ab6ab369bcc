/**
 * The digits of Python's base64.b85encode, but , . / : [ ] in place of { } < > = &. Systems Manager reads two braces as a
 * parameter, and some writers of JSON write the other four as six bytes.
 */
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%]()*+-;/[:?@^_`,|.~';

/** Writes each four bytes as five digits. The last group is filled up with zeros, whose digits are left out. */
export function base85(bytes: Uint8Array): string {
  const missing = (4 - (bytes.length % 4)) % 4;
  const filled = Buffer.concat([bytes, Buffer.alloc(missing)]);
  let text = '';
  for (let at = 0; at < filled.length; at += 4)
    for (let rest = filled.readUInt32BE(at), power = 85 ** 4; power >= 1; rest %= power, power /= 85)
      text += digits[Math.floor(rest / power)];
  return text.slice(0, text.length - missing);
}
