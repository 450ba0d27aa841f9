import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareTemplate } from './template.mjs';

describe('prepareTemplate', () => {
  let root;
  let made;
  const make = async () => {
    made++;
    mkdirSync(join(root, 'libs/adapters/postgres/template/1.2.3'), { recursive: true });
  };
  const install = (version) => {
    mkdirSync(join(root, 'node_modules/@electric-sql/pglite'), { recursive: true });
    writeFileSync(join(root, 'node_modules/@electric-sql/pglite/package.json'), JSON.stringify({ version }));
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'cortex-template-'));
    made = 0;
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('makes the template once for a version of PGlite', async () => {
    install('1.2.3');
    await prepareTemplate(root, make);
    await prepareTemplate(root, make);
    expect(made).toBe(1);
    install('1.2.4');
    await prepareTemplate(root, make);
    expect(made).toBe(2);
  });
});
