import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface PinnedFolder {
  /** `cortex-model.json` without its `files`. */
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** The README. */
  readonly card: string;
}

/** Writes a model's files, the manifest that pins them, and the card. */
export function writePinnedFolder(folder: string, { manifest, files, card }: PinnedFolder): void {
  const pins = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, pinOf(bytes)]));
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  writeFileSync(join(folder, 'cortex-model.json'), `${JSON.stringify({ ...manifest, files: pins }, undefined, 2)}\n`);
  writeFileSync(join(folder, 'README.md'), card);
}

/** A tokenizer.json that neither cuts nor pads (who asks decides), with these fields instead of its own. */
export function tokenizerOf(path: string, fields: Readonly<Record<string, unknown>> = {}): Uint8Array {
  return Buffer.from(JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), truncation: null, padding: null, ...fields }));
}

function pinOf(bytes: Uint8Array): { sha256: string; bytes: number } {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}
