import { absences, besideServices, failures } from './beside-services.mjs';

const outcomes = [
  { name: 'postgres', state: 'started' },
  { name: 'redis', state: 'running' },
  { name: 's3', state: 'failed', reason: 'go install failed' },
];

describe('besideServices', () => {
  let stopped;
  beforeEach(() => (stopped = undefined));
  const services = (changes) => ({ up: async () => outcomes, down: async (names) => void (stopped = names), prepare: async () => {}, ...changes });

  it('hands on what became of them and stops only what it started', async () => {
    await expect(besideServices(services(), async (given) => given)).resolves.toBe(outcomes);
    expect(stopped).toEqual(['postgres']);
  });

  it('starts them while it prepares', async () => {
    const order = [];
    const up = async () => {
      order.push('up');
      return outcomes;
    };
    const prepare = async () => void order.push('prepare');
    await besideServices(services({ up, prepare }), async () => order.push('work'));
    expect(order).toEqual(['up', 'prepare', 'work']);
  });

  it.each([
    ['the work', {}, () => Promise.reject(new Error('broken'))],
    ['preparing', { prepare: () => Promise.reject(new Error('broken')) }, () => Promise.resolve()],
  ])('stops them when %s fails', async (_what, changes, work) => {
    await expect(besideServices(services(changes), work)).rejects.toThrow('broken');
    expect(stopped).toEqual(['postgres']);
  });

  it('does not work when they could not even be tried', async () => {
    const work = jest.fn();
    await expect(besideServices(services({ up: () => Promise.reject(new Error('not a port')) }), work)).rejects.toThrow('not a port');
    expect(work).not.toHaveBeenCalled();
    expect(stopped).toEqual([]);
  });
});

describe('absences', () => {
  it('name each service that is not there, and why', () => expect(absences(outcomes)).toEqual(['services: s3 is failed: go install failed']));
});

describe('failures', () => {
  it('leave out what this machine cannot have', () => {
    const unavailable = { name: 'redis', state: 'unavailable', reason: 'started on Linux only, this is darwin' };
    expect(failures([...outcomes, unavailable])).toEqual(['services: s3 is failed: go install failed']);
  });
});
