import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const IV_BYTES = 16;

/** AES-CBC with PKCS#7 padding and a random vector before the data, as base64url with its padding: what Presidio writes and reads. */
export function encryptText(text: string, key: Uint8Array): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(algorithm(key), key, iv);
  const bytes = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()]);
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

/** @throws whatever makes no text of it. */
export function decryptText(text: string, key: Uint8Array): string {
  const bytes = Buffer.from(text, 'base64url');
  const decipher = createDecipheriv(algorithm(key), key, bytes.subarray(0, IV_BYTES));
  const plain = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES)), decipher.final()]);
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plain);
}

/** 128, 192 or 256 bits. */
export function isAesKey(key: Uint8Array): boolean {
  return [16, 24, 32].includes(key.length);
}

function algorithm(key: Uint8Array): string {
  return `aes-${key.length * 8}-cbc`;
}
