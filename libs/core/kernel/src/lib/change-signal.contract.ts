import type { ChangeSignal } from './change-signal.port';

export interface ChangeSignalFixture {
  /** Two that hear each other, as two replicas do. */
  readonly one: ChangeSignal;
  readonly other: ChangeSignal;
  /** Until what was announced has been heard. */
  settle(): Promise<void>;
}

/** What every ChangeSignal promises. Call it inside a spec; `make` gives two whose connection stands. */
export function changeSignalContract(make: () => Promise<ChangeSignalFixture>): void {
  /** Counts what a replica hears of a topic from now on. */
  function heardBy(signal: ChangeSignal, topic: string) {
    const heard = { times: 0, listening: signal.listen(topic, () => (heard.times += 1)) };
    return heard;
  }

  it('is heard by the others', async () => {
    const { one, other, settle } = await make();
    const heard = heardBy(other, 'models');
    await settle();
    const before = heard.times;
    one.announce('models');
    await settle();
    expect(heard.times).toBe(before + 1);
  });

  it('is not heard by who announced it', async () => {
    const { one, settle } = await make();
    const heard = heardBy(one, 'models');
    await settle();
    const before = heard.times;
    one.announce('models');
    await settle();
    expect(heard.times).toBe(before);
  });

  it('tells the listeners of its topic, all of them, and no others', async () => {
    const { one, other, settle } = await make();
    const [first, second, elsewhere] = [heardBy(other, 'models'), heardBy(other, 'models'), heardBy(other, 'keys')];
    await settle();
    const before = [first.times, second.times, elsewhere.times];
    one.announce('models');
    await settle();
    expect([first.times, second.times, elsewhere.times]).toEqual([before[0]! + 1, before[1]! + 1, before[2]]);
  });

  it('tells nobody who has stopped listening', async () => {
    const { one, other, settle } = await make();
    const [gone, staying] = [heardBy(other, 'models'), heardBy(other, 'models')];
    await settle();
    const before = gone.times;
    gone.listening[Symbol.dispose]();
    gone.listening[Symbol.dispose]();
    one.announce('models');
    await settle();
    expect(gone.times).toBe(before);
    expect(staying.times).toBeGreaterThan(0);
  });
}
