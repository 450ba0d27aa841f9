import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../prepare/workspace.mjs';
import { missingStubs } from './stubs.mjs';

// `npm run lock-stubs`, after a change of the lock file.
const file = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const stubs = missingStubs(lock);
const names = Object.keys(stubs);
if (names.length > 0) {
  const sorted = Object.entries({ ...lock.packages, ...stubs }).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
}
console.log(names.length > 0 ? `Added ${names.length}: ${names.join(', ')}` : 'The lock file describes every optional package');
