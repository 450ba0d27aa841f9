import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInstalled, stampInstall } from './install.mjs';

describe('isInstalled', () => {
  let folder;
  const lockWith = (text) => writeFileSync(join(folder, 'package-lock.json'), text);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cortex-install-'));
    lockWith('{"packages":{}}');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is false in a fresh clone', () => {
    expect(isInstalled(folder)).toBe(false);
  });

  it('is true after the install, until the lock file changes', () => {
    stampInstall(folder);
    expect(isInstalled(folder)).toBe(true);

    lockWith('{"packages":{"":{}}}');
    expect(isInstalled(folder)).toBe(false);
  });

  it('is false when node_modules was deleted', () => {
    stampInstall(folder);
    rmSync(join(folder, 'node_modules'), { recursive: true });
    expect(isInstalled(folder)).toBe(false);
  });
});
