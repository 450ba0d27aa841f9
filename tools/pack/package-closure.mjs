import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where the lock file puts packages and everything they need, e.g. `node_modules/a/node_modules/b`.
 * Our own packages are left out; what is optional and not installed too.
 */
export function packageClosure(root, names) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const found = new Set();
  const visit = (name, from) => {
    const path = resolve(packages, name, from);
    if (path === undefined || packages[path].link || found.has(path) || !existsSync(join(root, path))) return;
    found.add(path);
    for (const needed of needsOf(packages[path])) visit(needed, path);
  };
  for (const name of names) visit(name, '');
  return [...found];
}

function needsOf({ dependencies, optionalDependencies, peerDependencies }) {
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
}

/** As Node looks it up: in the nearest node_modules, then further out. */
function resolve(packages, name, from) {
  const path = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
  if (path in packages) return path;
  return from === '' ? undefined : resolve(packages, name, from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))));
}
