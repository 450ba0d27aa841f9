import { internalContext, type RequestContext } from '@cortex/kernel';
import { RowFlights } from './row-flights';

const asks = (overrides: Partial<RequestContext> = {}) => internalContext(overrides);
const vectorOf = (key: string) => Float32Array.of(key.charCodeAt(0));

/** Runs when told to, and remembers what it ran. */
function heldRun(keys: readonly string[]) {
  const ran: string[][] = [];
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const run = async (positions: readonly number[]) => {
    ran.push(positions.map((position) => keys[position]!));
    await gate;
    return positions.map((position) => vectorOf(keys[position]!));
  };
  return { run, ran, open };
}

describe('RowFlights', () => {
  it('runs a row once for all who ask while it runs', async () => {
    const flights = new RowFlights();
    const [first, second] = [heldRun(['a', 'b']), heldRun(['b', 'c', 'a'])];
    const answers = [flights.share(['a', 'b'], first.run, asks()), flights.share(['b', 'c', 'a'], second.run, asks())];
    first.open();
    second.open();
    expect(await Promise.all(answers)).toEqual([['a', 'b'].map(vectorOf), ['b', 'c', 'a'].map(vectorOf)]);
    expect([...first.ran, ...second.ran]).toEqual([['a', 'b'], ['c']]);
  });

  it('runs it itself when the one it waited for fails', async () => {
    const flights = new RowFlights();
    const failing = flights.share(['a'], () => Promise.reject(new Error('its own')), asks());
    const second = heldRun(['a']);
    second.open();
    const waiting = flights.share(['a'], second.run, asks());
    await expect(failing).rejects.toThrow('its own');
    expect(await waiting).toEqual([vectorOf('a')]);
  });

  it('does not let an urgent caller wait for a run that is less urgent', async () => {
    const flights = new RowFlights();
    const [low, critical] = [heldRun(['a']), heldRun(['a'])];
    const slow = flights.share(['a'], low.run, asks({ priority: 'low' }));
    critical.open();
    expect(await flights.share(['a'], critical.run, asks({ priority: 'critical' }))).toEqual([vectorOf('a')]);
    low.open();
    expect(await slow).toEqual([vectorOf('a')]);
  });

  it('lets go of a caller who leaves, and not of the run', async () => {
    const flights = new RowFlights();
    const first = heldRun(['a']);
    const staying = flights.share(['a'], first.run, asks());
    const controller = new AbortController();
    const leaving = flights.share(['a'], first.run, asks({ signal: controller.signal }));
    controller.abort(new Error('left'));
    await expect(leaving).rejects.toThrow('left');
    first.open();
    expect(await staying).toEqual([vectorOf('a')]);
  });

  it('runs equal rows of one request once', async () => {
    const flights = new RowFlights();
    const one = heldRun(['a', 'b', 'a']);
    one.open();
    expect(await flights.share(['a', 'b', 'a'], one.run, asks())).toEqual(['a', 'b', 'a'].map(vectorOf));
    expect(one.ran).toEqual([['a', 'b']]);
  });

  it('keeps nothing when all have landed', async () => {
    const flights = new RowFlights();
    const [first, second] = [heldRun(['a']), heldRun(['a'])];
    first.open();
    second.open();
    await flights.share(['a'], first.run, asks());
    await flights.share(['a'], second.run, asks());
    expect(second.ran).toEqual([['a']]);
  });
});
