import { execFile } from 'node:child_process';
import { chmod, lstat, mkdtemp, mkdir, readFile, readdir, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { KeyFileError } from './access.errors';
import { openKeyFile } from './key-file';

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

describe('openKeyFile', () => {
  let home: string;
  let path: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'cortex-access-'));
    path = join(home, 'deep', 'bootstrap.key');
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const existing = async (content: string, mode = 0o600) => {
    await mkdir(join(home, 'deep'));
    await writeFile(path, content);
    await chmod(path, mode);
  };

  it('makes a key of 256 random bits that only the owner can read', async () => {
    const key = await openKeyFile(path);

    expect(key).toMatch(/^ctx_[A-Za-z0-9_-]{43}$/);
    expect(await readFile(path, 'utf8')).toBe(`${key}\n`);
    expect(await modeOf(path)).toBe(0o600);
    expect(await modeOf(join(home, 'deep'))).toBe(0o700);
  });

  it('leaves nothing else behind', async () => {
    await openKeyFile(path);
    expect(await readdir(join(home, 'deep'))).toEqual(['bootstrap.key']);
  });

  it('finds the same key at the next start', async () => {
    expect(await openKeyFile(path)).toBe(await openKeyFile(path));
  });

  it('gives all who start at once the same key', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => openKeyFile(path)));
    expect(new Set(keys).size).toBe(1);
    expect(await readdir(join(home, 'deep'))).toEqual(['bootstrap.key']);
  });

  it('takes the content without the white space around it', async () => {
    await existing('  my-own-key\r\n');
    expect(await openKeyFile(path)).toBe('my-own-key');
  });

  it.each([0o644, 0o640, 0o660, 0o666, 0o604])('tightens the mode %p', async (mode) => {
    await existing('my-own-key', mode);
    expect(await openKeyFile(path)).toBe('my-own-key');
    expect(await modeOf(path)).toBe(0o600);
  });

  it('leaves an existing folder as it is', async () => {
    await existing('my-own-key');
    await chmod(join(home, 'deep'), 0o755);
    await openKeyFile(path);
    expect(await modeOf(join(home, 'deep'))).toBe(0o755);
  });

  it.each([
    ['to a key', async (target: string) => writeFile(target, 'a-key-elsewhere')],
    ['to nothing', async () => undefined],
  ])('refuses a link %s and leaves it alone', async (_, prepare) => {
    const target = join(home, 'target');
    await mkdir(join(home, 'deep'));
    await prepare(target);
    await symlink(target, path);

    await expect(openKeyFile(path)).rejects.toThrow(/is a link, which is not followed/);
    expect((await lstat(path)).isSymbolicLink()).toBe(true);
  });

  it.each([
    ['an empty file', ''],
    ['white space', ' \n'],
    ['two words', 'two words'],
    ['a byte that no header carries', 'kéy'],
  ])('refuses %s without repeating it', async (_, content) => {
    await existing(content);
    const refusal = await openKeyFile(path).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(KeyFileError);
    expect((refusal as KeyFileError).message).toBe(`the key file '${path}' holds no key: delete it and a new one is made`);
  });

  it('refuses a file that is too large to be a key', async () => {
    await existing('k');
    await truncate(path, 1e9);
    await expect(openKeyFile(path)).rejects.toThrow(/has 1000000000 bytes/);
  });

  it('refuses a folder', async () => {
    await mkdir(path, { recursive: true });
    await expect(openKeyFile(path)).rejects.toThrow(/is not a plain file/);
  });

  it('refuses a pipe instead of waiting for its other end', async () => {
    await mkdir(join(home, 'deep'));
    await promisify(execFile)('mkfifo', [path]);
    await expect(openKeyFile(path)).rejects.toThrow(/is not a plain file/);
  });

  it('says why it cannot be made', async () => {
    await writeFile(join(home, 'deep'), 'a file where the folder should be');
    await expect(openKeyFile(path)).rejects.toThrow(/cannot be (made|read) \((ENOTDIR|EEXIST)\)/);
  });
});
