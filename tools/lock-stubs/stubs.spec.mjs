import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../prepare/workspace.mjs';
import { missingStubs, registryAddresses } from './stubs.mjs';

describe('missingStubs', () => {
  const lockWith = (optionalDependencies, others = {}) => ({ packages: { 'node_modules/tool': { version: '1.0.0', optionalDependencies }, ...others } });

  it('describes the platform that the name tells', () => {
    expect(missingStubs(lockWith({ '@tool/core-linux-arm64-musl': '1.2.3', '@tool/core-darwin-x64': '1.2.3' }))).toEqual({
      'node_modules/@tool/core-linux-arm64-musl': { version: '1.2.3', optional: true, os: ['linux'], cpu: ['arm64'], libc: ['musl'] },
      'node_modules/@tool/core-darwin-x64': { version: '1.2.3', optional: true, os: ['darwin'], cpu: ['x64'] },
    });
  });

  it('takes the lowest version of a range', () => {
    expect(missingStubs(lockWith({ fsevents: '^2.3.0' }))['node_modules/fsevents'].version).toBe('2.3.0');
  });

  it('adds nothing for a package that is described, here or nested', () => {
    expect(missingStubs(lockWith({ fsevents: '2.3.0' }, { 'node_modules/a/node_modules/fsevents': { version: '2.3.0' } }))).toEqual({});
  });
});

describe('package-lock.json', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));

  it('describes the binaries of every platform, so that npm ci accepts it', () => {
    expect(missingStubs(lock)).toEqual({});
  });

  it('names no registry', () => {
    expect(registryAddresses(lock)).toEqual([]);
  });
});
