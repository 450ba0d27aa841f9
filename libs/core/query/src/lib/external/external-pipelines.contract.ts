import { CallerGoneError, internalContext } from '@cortex/kernel';
import type { ExternalPipelines } from './external-pipelines.port';

/** What every ExternalPipelines promises. Call it inside a spec; `make` gives one with the pipelines `echo`, which gives back its inputs, and `count`, which gives 7. */
export function externalPipelinesContract(make: () => Promise<ExternalPipelines>): void {
  const gone = () => internalContext({ signal: AbortSignal.abort(new CallerGoneError()) });

  it('lists its pipelines, in order', async () => expect(await (await make()).list(internalContext())).toEqual(['count', 'echo']));

  it('runs one with its inputs, and gives what it gives', async () => {
    const pipelines = await make();
    const inputs = { query: 'Größe 😀', nested: { top_k: 3, list: [1, null, true] } };
    expect(await pipelines.run('echo', inputs, internalContext())).toEqual(inputs);
    expect(await pipelines.run('count', {}, internalContext())).toBe(7);
  });

  it.each(['nobody', '', '..', '../echo', 'echo/', 'echo?x=1', 'echo#', '__proto__', 'constructor', 'x'.repeat(300), 'é'])('knows no pipeline %j', async (name) => {
    await expect((await make()).run(name, {}, internalContext())).rejects.toMatchObject({ code: 'QUERY.PIPELINE_UNKNOWN' });
  });

  it('does nothing for who has left', async () => {
    const pipelines = await make();
    await expect(pipelines.list(gone())).rejects.toBeInstanceOf(CallerGoneError);
    await expect(pipelines.run('echo', {}, gone())).rejects.toBeInstanceOf(CallerGoneError);
  });
}
