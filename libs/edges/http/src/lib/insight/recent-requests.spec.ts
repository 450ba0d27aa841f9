import { Timings } from '@cortex/kernel';
import { RecentRequests, type RecentRequest } from './recent-requests';

const request = (id: string, status = 200): RecentRequest => ({
  id, status, tenant: 'acme', key: 'user', method: 'POST', route: '/embed', priority: 'medium', at: 0, ms: 1, timings: new Timings(),
});

const anyone = () => true;

describe('RecentRequests', () => {
  it('forgets the oldest', () => {
    const recent = new RecentRequests(2);
    for (const id of ['a', 'b', 'c']) recent.add(request(id));
    expect(['a', 'b', 'c'].map((id) => recent.find(id, anyone)?.id)).toEqual([undefined, 'b', 'c']);
  });

  it('finds the latest of an id that was used twice, wherever in the ring it stands', () => {
    const recent = new RecentRequests(3);
    recent.add(request('a'));
    recent.add(request('b'));
    recent.add(request('a', 500));
    expect(recent.find('a', anyone)?.status).toBe(500);
    recent.add(request('a', 404));
    expect(recent.find('a', anyone)?.status).toBe(404);
    expect(recent.find('b', anyone)?.id).toBe('b');
    expect(recent.find('a', ({ status }) => status === 500)?.status).toBe(500);
    expect(recent.find('a', () => false)).toBeUndefined();
  });
});
