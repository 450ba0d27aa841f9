import { createHash } from 'node:crypto';
import { byForms } from '../recognizer';

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
/** What is left of a valid checksum: Bech32 (BIP 173) and Bech32m (BIP 350). */
const REMAINDERS = [1, 0x2bc830a3];

export const crypto = byForms({
  name: 'CryptoRecognizer',
  entity: 'CRYPTO',
  context: ['wallet', 'btc', 'bitcoin', 'crypto', 'address'],
  signs: { digits: 1 },
  forms: [
    { name: 'base58', regex: /(?<!\w)[13][1-9A-HJ-NP-Za-km-z]{25,34}(?!\w)/g, score: 0.5 },
    { name: 'bech32', regex: /(?<!\w)(?:bc1[02-9ac-hj-np-z]{11,71}|BC1[02-9AC-HJ-NP-Z]{11,71})(?!\w)/g, score: 0.5 },
  ],
  judge: (text, { name }) => ((name === 'base58' ? isBase58Check(text) : isBech32(text.toLowerCase())) ? 1 : 0),
});

/** 21 bytes and the first four of their double SHA-256. */
function isBase58Check(text: string): boolean {
  let value = 0n;
  for (const character of text) value = value * 58n + BigInt(BASE58.indexOf(character));
  const bytes = Buffer.from(value.toString(16).padStart(50, '0'), 'hex');
  return bytes.length === 25 && sha256(sha256(bytes.subarray(0, 21))).subarray(0, 4).equals(bytes.subarray(21));
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function isBech32(text: string): boolean {
  let check = 1;
  for (const value of [3, 3, 0, 2, 3, ...text.slice(3).split('').map((character) => BECH32.indexOf(character))]) {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    GENERATOR.forEach((term, bit) => {
      if ((top >>> bit) & 1) check ^= term;
    });
  }
  return REMAINDERS.includes(check);
}
