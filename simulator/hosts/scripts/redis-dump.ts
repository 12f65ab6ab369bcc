/** The table of the CRC-64 after Jones, as Redis computes it: reflected, initial value 0. */
const table = Array.from({ length: 256 }, (_, byte) => {
  let crc = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x95ac9329ac4bc9b5n : crc >> 1n;
  return crc;
});

/** Returns the DUMP of a string, as the image's stand-in for Redis makes it (lib/trading_system/redis_server.py). */
export function dumpOf(value: string): Buffer {
  const content = Buffer.from(value);
  const size = content.length < 0x40 ? [content.length] : [0x40 | (content.length >> 8), content.length & 0xff];
  const payload = Buffer.concat([Buffer.from([0, ...size]), content, Buffer.from([8, 0])]);
  let crc = 0n;
  for (const byte of payload) crc = (table[Number((crc ^ BigInt(byte)) & 0xffn)] ?? 0n) ^ (crc >> 8n);
  const checksum = Buffer.alloc(8);
  checksum.writeBigUInt64LE(crc);
  return Buffer.concat([payload, checksum]);
}
