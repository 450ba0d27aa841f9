import { writeFile } from 'node:fs/promises';
import { GraphError } from '../graph/graph.errors';
import { warnOnce } from './disk-trouble';

const refusal = () => writeFile(__dirname, '').catch((error: unknown) => error);

describe('warnOnce', () => {
  it('names the folder and the reason, once', async () => {
    const warn = jest.fn();
    const tell = warnOnce('/srv/cache', warn);
    tell(await refusal());
    tell(await refusal());
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/^the cache folder \/srv\/cache cannot be used \(EISDIR\): /)]]);
  });

  it('says nothing of a graph that has no copy', () => {
    const warn = jest.fn();
    warnOnce('/srv/cache', warn)(new GraphError('unknown operator'));
    expect(warn).not.toHaveBeenCalled();
  });
});
