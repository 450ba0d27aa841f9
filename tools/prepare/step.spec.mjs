import { runStep, StepError } from './step.mjs';

const node = (script) => runStep({ title: 'Working', command: process.execPath, args: ['-e', script] });

describe('runStep', () => {
  let shown;
  beforeEach(() => {
    shown = '';
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => (shown += text));
  });
  afterEach(() => jest.restoreAllMocks());

  it('returns the output of a command that worked and shows only that it did', async () => {
    await expect(node('console.log("many words")')).resolves.toBe('many words\n');
    expect(shown).toMatch(/Working/);
    expect(shown).not.toMatch(/many words/);
  });

  it('shows the whole output of a command that failed', async () => {
    await expect(node('console.log("first"); console.error("second"); process.exitCode = 3')).rejects.toThrow(StepError);
    expect(shown).toMatch(/first/);
    expect(shown).toMatch(/second/);
    expect(shown).toMatch(/failed with exit code 3/);
  });

  it('says so when the command does not exist', async () => {
    await expect(runStep({ title: 'Working', command: 'no-such-command-anywhere', args: [] })).rejects.toThrow(/ENOENT/);
  });

  it('hands a signal on to the command', async () => {
    const step = node('setInterval(() => {}, 1000); console.log("up")');
    setTimeout(() => process.emit('SIGTERM', 'SIGTERM'), 300);
    await expect(step).rejects.toThrow(/stopped by SIGTERM/);
  });

  it('leaves no signal handler behind', async () => {
    const before = process.listenerCount('SIGTERM');
    await node('');
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});
