import { builtinModules } from 'node:module';
import ts from 'typescript';

const kinds = ['dependencies', 'peerDependencies', 'optionalDependencies'];

/**
 * What keeps a package of the workspace from being installed alone, as the image and a sibling service do.
 * @param manifest its package.json
 * @param locked what the lock file has of it
 * @param imported names of packages that its code imports when it runs
 */
export function packageProblems({ manifest, locked, imported }) {
  const declared = new Set([manifest.name, ...kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {}))]);
  const missing = [...new Set(imported)].filter((name) => !declared.has(name)).sort();
  const stale = kinds.filter((kind) => !sameEntries(manifest[kind], locked?.[kind]));
  return [
    ...missing.map((name) => `imports ${name}, which its package.json does not name`),
    ...stale.map((kind) => `has other ${kind} in the lock file: npm install --package-lock-only && npm run lock-stubs`),
  ];
}

function sameEntries(one = {}, other = {}) {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => one[name] === other[name]);
}

/** The packages that a source imports when it runs: types are gone by then, and Node's own modules are no packages. */
export function packagesImportedBy(source) {
  const found = [];
  const visit = (node) => {
    const specifier = specifierOf(node);
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) found.push(specifier.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true));
  return found.filter((name) => !name.startsWith('.') && !name.startsWith('node:') && !builtinModules.includes(name)).map(packageOf);
}

function specifierOf(node) {
  if (ts.isImportDeclaration(node)) return isTypeOnly(node.importClause) ? undefined : node.moduleSpecifier;
  if (ts.isExportDeclaration(node)) return node.isTypeOnly ? undefined : node.moduleSpecifier;
  if (ts.isCallExpression(node) && ['import', 'require', 'require.resolve'].includes(node.expression.getText())) return node.arguments[0];
  return undefined;
}

/** `import type …`, or nothing but `type` names between the braces. */
function isTypeOnly(clause) {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const { name, namedBindings } = clause;
  return name === undefined && namedBindings !== undefined && ts.isNamedImports(namedBindings) && namedBindings.elements.every((element) => element.isTypeOnly);
}

function packageOf(specifier) {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
