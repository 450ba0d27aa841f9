import { changeSignalContract, describeWith, type FaultProxy } from '@cortex/kernel/testing';
import { connectionTo, ownPrefix, proxyTo, until } from '../testing/redis-service';
import { RedisChangeSignal } from './redis-change-signal';

/** Longer than a message takes on loopback. */
const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 100));

describeWith('redis', 'RedisChangeSignal', ({ url }) => {
  const made: AsyncDisposable[] = [];
  afterEach(async () => {
    for (const one of made.splice(0).reverse()) await one[Symbol.asyncDispose]();
  });

  async function replica({ keyPrefix = ownPrefix(), proxy }: { keyPrefix?: string; proxy?: FaultProxy } = {}) {
    const address = new URL(url);
    if (proxy) address.port = String(proxy.port);
    const connection = connectionTo(address.href);
    const signal = new RedisChangeSignal({ connection, settings: { url: address.href, cluster: false, keyPrefix, timeoutMs: 250 } });
    made.push(connection, signal);
    let ready = 0;
    using _listening = signal.listen('ready', () => (ready += 1));
    await until(() => connection.isUp && ready > 0);
    return { signal, connection };
  }

  /** Counts what is heard of a topic from now on. */
  function heardBy(signal: RedisChangeSignal, topic = 'models') {
    const heard = { times: 0 };
    signal.listen(topic, () => (heard.times += 1));
    return heard;
  }

  changeSignalContract(async () => {
    const keyPrefix = ownPrefix();
    const [one, other] = [await replica({ keyPrefix }), await replica({ keyPrefix })];
    return { one: one.signal, other: other.signal, settle };
  });

  it('is not heard under another key prefix', async () => {
    const [one, other] = [await replica(), await replica()];
    const heard = heardBy(other.signal);
    one.signal.announce('models');
    await settle();
    expect(heard.times).toBe(0);
  });

  it('tells everybody once when the connection stands again', async () => {
    await using proxy = await proxyTo(url);
    const { signal } = await replica({ proxy });
    const [models, keys] = [heardBy(signal), heardBy(signal, 'keys')];
    proxy.reset();
    await until(() => models.times > 0);
    await settle();
    expect([models.times, keys.times]).toEqual([1, 1]);
  });

  it('hears again after the connection was cut', async () => {
    await using proxy = await proxyTo(url);
    const keyPrefix = ownPrefix();
    const [one, other] = [await replica({ keyPrefix }), await replica({ keyPrefix, proxy })];
    const heard = heardBy(other.signal);
    proxy.cut();
    await until(() => !other.connection.isUp);
    proxy.mend();
    await until(() => heard.times === 1);
    one.signal.announce('models');
    await until(() => heard.times === 2);
  });

  it('notices that nothing comes any more, though nobody says so', async () => {
    await using proxy = await proxyTo(url);
    const { signal } = await replica({ proxy });
    const heard = heardBy(signal);
    proxy.slow(60_000);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    proxy.mend();
    await until(() => heard.times > 0);
  }, 20_000);

  it('announces what it could not while Redis was away, each topic once', async () => {
    await using proxy = await proxyTo(url);
    const keyPrefix = ownPrefix();
    const [cutOff, other] = [await replica({ keyPrefix, proxy }), await replica({ keyPrefix })];
    const heard = heardBy(other.signal);
    proxy.cut();
    await until(() => !cutOff.connection.isUp);
    for (let time = 0; time < 5; time += 1) cutOff.signal.announce('models');
    await settle();
    proxy.mend();
    await until(() => heard.times > 0);
    await settle();
    expect(heard.times).toBe(1);
  });
});
