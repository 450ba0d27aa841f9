import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../prepare/workspace.mjs';
import { packageProblems, packagesImportedBy } from './package-problems.mjs';

// In the workspace every package finds what any other one declares; installed alone, as in the image, only its own.
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const forTests = /\.(spec|e2e-spec|contract|fixture)\.ts$|\.d\.ts$|(^|\/)testing(\.ts|\/)/;

function importedIn(folder) {
  const sources = join(folder, 'src');
  if (!existsSync(sources)) return [];
  const files = readdirSync(sources, { recursive: true }).filter((file) => file.endsWith('.ts') && !forTests.test(file));
  return files.flatMap((file) => packagesImportedBy(readFileSync(join(sources, file), 'utf8')));
}

/** A pattern of `workspaces` is a folder, or all folders in one. */
function foldersOf(pattern) {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -2);
  return readdirSync(join(root, parent)).map((name) => join(parent, name));
}

const locked = readJson(join(root, 'package-lock.json')).packages;
const folders = readJson(join(root, 'package.json')).workspaces.flatMap(foldersOf).filter((folder) => existsSync(join(root, folder, 'package.json')));
const problems = folders.flatMap((folder) =>
  packageProblems({ manifest: readJson(join(root, folder, 'package.json')), locked: locked[folder], imported: importedIn(join(root, folder)) }).map((problem) => `${folder} ${problem}`),
);
for (const problem of problems) console.error(problem);
if (problems.length === 0) console.log(`${folders.length} packages declare what they import, and the lock file knows it`);
process.exitCode = problems.length > 0 ? 1 : 0;
