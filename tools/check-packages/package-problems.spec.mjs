import { packageProblems, packagesImportedBy } from './package-problems.mjs';

describe('packagesImportedBy', () => {
  it('finds what runs: imports, exports, dynamic ones, each by its package', () => {
    const source = `
      import one from 'one';
      import { type T, two } from '@scope/two/deep';
      import 'three/register';
      export { four } from 'four';
      const five = () => import('five');
      const six = require.resolve('six/package.json');
      const seven = require('seven');
    `;
    expect(packagesImportedBy(source)).toEqual(['one', '@scope/two', 'three', 'four', 'five', 'six', 'seven']);
  });

  it('leaves out types, neighbours, Node and what only looks like an import', () => {
    const source = `
      import type { A } from 'a';
      import { type B, type C } from 'b';
      export type { D } from 'd';
      import { e } from './e';
      import { readFileSync } from 'node:fs';
      import path from 'path';
      const text = "import f from 'f'"; // import g from 'g'
    `;
    expect(packagesImportedBy(source)).toEqual([]);
  });
});

describe('packageProblems', () => {
  const manifest = { name: '@cortex/a', dependencies: { zod: '^4.0.0' }, peerDependencies: { rxjs: '^7.0.0' } };
  const locked = { dependencies: { zod: '^4.0.0' }, peerDependencies: { rxjs: '^7.0.0' } };

  it('has none where all is declared and locked', () => expect(packageProblems({ manifest, locked, imported: ['zod', 'rxjs', '@cortex/a'] })).toEqual([]));

  it('names each package that is imported and not declared, once', () => {
    expect(packageProblems({ manifest, locked, imported: ['pg', 'ioredis', 'pg'] })).toEqual([
      'imports ioredis, which its package.json does not name',
      'imports pg, which its package.json does not name',
    ]);
  });

  it.each([
    ['an older range', { ...locked, dependencies: { zod: '^3.0.0' } }],
    ['one less', { ...locked, dependencies: {} }],
    ['one more', { ...locked, dependencies: { zod: '^4.0.0', pg: '8.0.0' } }],
    ['nothing', undefined],
  ])('says when the lock file has %s', (_what, other) => {
    expect(packageProblems({ manifest, locked: other, imported: [] })[0]).toBe('has other dependencies in the lock file: npm install --package-lock-only && npm run lock-stubs');
  });
});
