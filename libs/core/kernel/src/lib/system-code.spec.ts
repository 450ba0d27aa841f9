import { readFile } from 'node:fs/promises';
import { CallerGoneError } from './request-context';
import { systemCodeOf } from './system-code';

describe('systemCodeOf', () => {
  it("gives the system's code, and nothing for an error of ours that has a code too", async () => {
    const missing: unknown = await readFile('/nothing/here').catch((error: unknown) => error);
    expect(systemCodeOf(missing)).toBe('ENOENT');
    expect(systemCodeOf(new CallerGoneError())).toBeUndefined();
    expect(systemCodeOf('ENOENT')).toBeUndefined();
  });
});
