import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { CortexLogger } from './cortex-logger';
import type { LogOptions } from './log.options';

/** What a terminal would show. */
class Screen {
  readonly lines: string[] = [];

  write(line: string): void {
    this.lines.push(line);
  }

  get entries(): Record<string, unknown>[] {
    return this.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}

describe('CortexLogger', () => {
  let screen: Screen;
  const open = (options: LogOptions = {}) => CortexLogger.open(options, screen);
  beforeEach(() => {
    screen = new Screen();
  });

  describe('as the logger of Nest', () => {
    it('writes one object a line, with level, time, context and message', async () => {
      (await open()).log('started', 'Bootstrap');
      expect(screen.entries).toEqual([{ level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), context: 'Bootstrap', msg: 'started' }]);
      expect(screen.lines[0]).toMatch(/\}\n$/);
    });

    it.each([
      ['fatal', 'fatal'],
      ['error', 'error'],
      ['warn', 'warn'],
      ['log', 'info'],
      ['debug', 'debug'],
      ['verbose', 'trace'],
    ] as const)('calls %s %s', async (method, level) => {
      (await open({ level: 'trace' }))[method]('m');
      expect(screen.entries[0]).toMatchObject({ level, msg: 'm' });
    });

    it('writes nothing below its level', async () => {
      const logger = await open({ level: 'warn' });
      logger.log('quiet');
      logger.warn('loud');
      expect(screen.entries.map(({ msg }) => msg)).toEqual(['loud']);
      expect(logger.isEnabled('info')).toBe(false);
    });

    it('tells a stack from a context', async () => {
      (await open()).error('failed', 'Error: failed\n    at here.js:1:1', 'Pool');
      expect(screen.entries[0]).toMatchObject({ msg: 'failed', stack: 'Error: failed\n    at here.js:1:1', context: 'Pool' });
    });

    it('keeps type, stack and code of an error', async () => {
      (await open()).error(Object.assign(new Error('no'), { code: 'POOL.GONE' }), 'Pool');
      expect(screen.entries[0]).toMatchObject({ msg: 'no', context: 'Pool', err: { type: 'Error', code: 'POOL.GONE', stack: expect.stringContaining('cortex-logger.spec') } });
    });

    it('merges the fields of an object and keeps what else was said', async () => {
      (await open()).warn({ model: 'm', rows: 3 }, { more: true }, 'Pool');
      expect(screen.entries[0]).toMatchObject({ model: 'm', rows: 3, context: 'Pool', details: [{ more: true }] });
    });
  });

  it('takes keys out of whatever is logged', async () => {
    const logger = await open();
    logger.log({ request: { headers: { authorization: 'Bearer S3cret', 'x-api-key': 'S3cret' } } });
    logger.error(new Error('refused Bearer S3cret'));
    logger.write('info', { 'x-api-key': 'S3cret' }, 'direct');
    expect(screen.lines).toHaveLength(3);
    expect(screen.lines.join()).not.toContain('S3cret');
  });

  it('is readable for people when it is pretty', async () => {
    (await open({ format: 'pretty' })).log('started', 'Bootstrap');
    expect(screen.lines).toHaveLength(1);
    expect(screen.lines[0]).toMatch(/INFO.*\[Bootstrap\] started/);
  });

  it('refuses options that it does not know', async () => {
    await expect(CortexLogger.open(JSON.parse('{"level":"loud"}'))).rejects.toThrow(/level/);
  });

  describe('with a directory', () => {
    let home: string;
    let directory: string;
    beforeEach(async () => {
      home = await mkdtemp(join(tmpdir(), 'cortex-log-'));
      directory = join(home, 'deep', 'log');
    });
    afterEach(() => rm(home, { recursive: true, force: true }));

    /** All file lines, oldest first. */
    const written = async () => {
      const names = (await readdir(directory)).sort((a, b) => numberOf(a) - numberOf(b));
      const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')));
      return texts.join('').split('\n').filter(Boolean);
    };

    it('writes the same lines there as json, all of them on disk once closed', async () => {
      const logger = await open({ directory, format: 'pretty' });
      for (let i = 0; i < 500; i += 1) logger.log(`line ${i}`);
      await logger.close();

      expect(screen.lines).toHaveLength(500);
      expect((await written()).map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(Array.from({ length: 500 }, (_, i) => `line ${i}`));
    });

    it('keeps writing to the screen after it is closed, and closes once', async () => {
      const logger = await open({ directory });
      await logger.close();
      logger.log('late');
      await logger.close();
      expect(screen.entries[0]).toMatchObject({ msg: 'late' });
      expect(await written()).toEqual([]);
    });

    it('takes keys out there too', async () => {
      const logger = await open({ directory });
      logger.log({ authorization: 'Bearer S3cret' });
      await logger.close();
      expect((await written()).join()).toMatch(/redacted/);
      expect((await written()).join()).not.toContain('S3cret');
    });

    it('begins a new file at the size limit and keeps only so many, also those of an earlier process', async () => {
      for (let start = 0; start < 2; start += 1) {
        const logger = await open({ directory, fileBytes: 2_000, filesKept: 2 });
        await fillFiles(logger, 6);
        await logger.close();
      }
      const files = await settledFiles(directory, 3);
      expect(files).toHaveLength(3);
      for (const name of files) expect((await stat(join(directory, name))).size).toBeLessThan(8_000);
      expect((await written()).at(-1)).toContain('line 119');
    });

    it('is not readable for everybody', async () => {
      const logger = await open({ directory });
      await logger.close();
      const [name] = await readdir(directory);
      expect((await stat(join(directory, name!))).mode & 0o007).toBe(0);
    });

    const onFullDisk = existsSync('/dev/full') ? it : it.skip;
    onFullDisk('says on the screen, once, that the disk is full, and goes on', async () => {
      await mkdir(directory, { recursive: true });
      await symlink('/dev/full', join(directory, 'cortex.1.log'));
      const logger = await open({ directory });
      for (let i = 0; i < 3; i += 1) {
        logger.log(`line ${i}`);
        await after(20);
      }
      await logger.close();
      logger.log('still here');

      const messages = screen.entries.map(({ msg }) => msg);
      expect(messages.filter((message) => message === 'the log file cannot be written')).toHaveLength(1);
      expect(messages).toEqual(expect.arrayContaining(['line 0', 'line 1', 'line 2', 'still here']));
    });

    it('refuses a directory that cannot be made', async () => {
      await writeFile(join(home, 'deep'), 'a file where a folder should be');
      await expect(open({ directory })).rejects.toThrow(/ENOTDIR|EEXIST/);
    });
  });
});

function numberOf(name: string): number {
  return Number(/\d+/.exec(name)?.[0]);
}

/** 20 lines of about 100 bytes a file, with time to rotate in between. */
async function fillFiles(logger: CortexLogger, files: number): Promise<void> {
  for (let i = 0; i < files * 20; i += 1) {
    logger.log(`line ${i} ${'x'.repeat(50)}`);
    if (i % 5 === 4) await after(5);
  }
}

/** Old files are removed in the background. */
async function settledFiles(directory: string, atMost: number): Promise<string[]> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const names = await readdir(directory);
    if (names.length <= atMost) return names;
    await after(20);
  }
  return readdir(directory);
}
