import { Usage } from './usage';

describe('Usage', () => {
  it('is idle when the last hold is given back, however often each is', async () => {
    const onIdle = jest.fn();
    const usage = new Usage(onIdle);
    const [first, second] = [usage.hold(), usage.hold()];
    const idle = usage.idle();
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    expect(usage.holds).toBe(1);
    expect(onIdle).not.toHaveBeenCalled();
    second[Symbol.dispose]();
    await idle;
    expect(onIdle).toHaveBeenCalledTimes(1);
  });

  it('is idle from the start', async () => {
    await expect(new Usage().idle()).resolves.toBeUndefined();
  });
});
