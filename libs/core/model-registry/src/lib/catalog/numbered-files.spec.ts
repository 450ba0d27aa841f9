import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NumberedFiles } from './numbered-files';

/** Another process needs JavaScript: build before testing. */
const BUILT = join(__dirname, '../../../dist/lib/catalog/numbered-files.js');

describe('NumberedFiles', () => {
  let root: string;
  let folder: string;
  let files: NumberedFiles;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'numbered-files-'));
    folder = join(root, 'made', 'when-needed');
    files = new NumberedFiles(folder);
  });
  afterEach(() => rm(root, { recursive: true }));

  /** Runs `body` in a process of its own, where `files` is this class over the same folder. */
  async function inAnotherProcess(body: string): Promise<ChildProcess> {
    const script = join(root, 'child.js');
    await writeFile(script, `const { NumberedFiles } = require(${JSON.stringify(BUILT)});\nconst files = new NumberedFiles(${JSON.stringify(folder)});\n(async () => { ${body} })();`);
    return spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  it('has nothing where there is no folder', async () => {
    expect(await files.numbers()).toEqual(new Map());
  });

  it('counts the highest number of each name, by number', async () => {
    for (const number of [1, 2, 10]) expect(await files.write('m', number, `${number}`)).toBe(true);
    await files.write('n', 1, 'one');
    expect(await files.numbers()).toEqual(new Map([['m', 10], ['n', 1]]));
    expect(await files.read('m', 10)).toBe('10');
  });

  it('never writes a number twice', async () => {
    const written = await Promise.all(Array.from({ length: 8 }, (_, i) => files.write('m', 1, `${i}`)));
    expect(written.filter(Boolean)).toHaveLength(1);
    expect(await files.read('m', 1)).toBe(`${written.indexOf(true)}`);
  });

  it('keeps the latest sixteen of a name and nothing half-written', async () => {
    for (let number = 1; number <= 21; number += 1) await files.write('m', number, 'x');
    expect((await readdir(folder)).sort()).toEqual(Array.from({ length: 16 }, (_, i) => `m@${i + 6}.json`).sort());
  });

  it('does not believe that it wrote a number which was swept before', async () => {
    for (let number = 1; number <= 21; number += 1) await files.write('m', number, 'x');
    expect(await files.write('m', 2, 'late')).toBe(false);
    expect(await files.numbers()).toEqual(new Map([['m', 21]]));
    await expect(files.read('m', 2)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('sweeps old drafts of the dead and leaves young ones to their writers', async () => {
    await files.write('m', 1, 'x');
    for (const draft of ['.m.old.draft', '.m.young.draft']) await writeFile(join(folder, draft), 'half');
    await utimes(join(folder, '.m.old.draft'), 1, 1);
    await files.write('m', 2, 'x');
    expect((await readdir(folder)).sort()).toEqual(['.m.young.draft', 'm@1.json', 'm@2.json']);
  });

  it('leaves the old or the new content when its process is killed in mid-write', async () => {
    const body = "for (let n = 1; ; n += 1) { await files.write('m', n, JSON.stringify({ n, filling: 'x'.repeat(500_000), end: n })); console.log(String(n)); }";
    for (const afterMs of [11, 37, 83]) {
      await rm(folder, { recursive: true, force: true });
      const child = await inAnotherProcess(body);
      let acknowledged = 0;
      createInterface({ input: child.stdout! }).on('line', (line) => (acknowledged = Number(line)));
      await once(child.stdout!, 'data');
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      child.kill('SIGKILL');
      await once(child, 'close');

      const number = (await files.numbers()).get('m')!;
      const { n, end } = JSON.parse(await files.read('m', number)) as { n: number; end: number };
      expect([n, end]).toEqual([number, number]);
      expect([acknowledged, acknowledged + 1]).toContain(number);
    }
  }, 30_000);

  it('loses no change when processes write at the same time', async () => {
    const body = `for (let done = 0; done < 40;) {
      const at = (await files.numbers()).get('m') ?? 0;
      const count = at === 0 ? 0 : Number(await files.read('m', at).catch(() => NaN));
      if (!Number.isNaN(count) && (await files.write('m', at + 1, String(count + 1)))) done += 1;
    }`;
    const children = [await inAnotherProcess(body), await inAnotherProcess(body), await inAnotherProcess(body)];
    const codes = await Promise.all(children.map(async (child) => ((await once(child, 'close')) as [number])[0]));
    expect(codes).toEqual([0, 0, 0]);
    expect(await readFile(join(folder, 'm@120.json'), 'utf8')).toBe('120');
    expect(await files.numbers()).toEqual(new Map([['m', 120]]));
  }, 60_000);
});
