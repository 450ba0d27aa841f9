import { openingIn, unitIn } from './wire-messages';

/** A message with its type and length, as PostgreSQL's protocol has it. */
function message(type: string, content = ''): Buffer {
  const body = Buffer.from(content);
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeUInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}

function opening(code: number, content = ''): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length, 0);
  head.writeUInt32BE(code, 4);
  return Buffer.concat([head, Buffer.from(content)]);
}

describe('unitIn', () => {
  const exchange = [message('P', 'select 1'), message('B'), message('D'), message('E'), message('S')];

  it.each([
    ['a query', message('Q', 'select 1')],
    ['an exchange up to its sync', Buffer.concat(exchange)],
  ])('is %s', (_what, bytes) => {
    expect(unitIn(Buffer.concat([bytes, message('Q', 'next')]))).toEqual({ kind: 'unit', bytes: bytes.length, continues: false });
  });

  it('is what came before a flush, and goes on', () => {
    const bytes = Buffer.concat([message('P'), message('H')]);
    expect(unitIn(Buffer.concat([bytes, message('S')]))).toEqual({ kind: 'unit', bytes: bytes.length, continues: true });
  });

  it('is nothing yet at any length short of the whole, and says a length that is not too much', () => {
    const whole = Buffer.concat(exchange);
    for (let length = 0; length < whole.length; length += 1) {
      const front = unitIn(whole.subarray(0, length));
      expect(front).toEqual({ kind: 'partial', atLeast: expect.any(Number) });
      expect((front as { atLeast: number }).atLeast).toBeGreaterThan(length);
      expect((front as { atLeast: number }).atLeast).toBeLessThanOrEqual(whole.length);
    }
  });

  it.each([
    ['leaves', message('X')],
    ['sends a length that is none', Buffer.from([0x51, 0, 0, 0, 3])],
  ])('ends when the client %s', (_what, bytes) => expect(unitIn(bytes)).toEqual({ kind: 'leave' }));
});

describe('openingIn', () => {
  it('is the whole message that a connection begins with', () => {
    const start = opening(196_608, 'user\0me\0\0');
    expect(openingIn(start.subarray(0, 7))).toEqual({ kind: 'partial', atLeast: 8 });
    expect(openingIn(start.subarray(0, 10))).toEqual({ kind: 'partial', atLeast: start.length });
    expect(openingIn(start)).toEqual({ kind: 'unit', bytes: start.length, continues: false });
  });

  it.each([80877103, 80877104])('knows a wish for encryption (%d)', (code) => expect(openingIn(opening(code))).toEqual({ kind: 'encryption', bytes: 8 }));

  it('lets go of whoever wants to cancel a statement, or sends no length', () => {
    expect(openingIn(opening(80877102, 'pid+key'))).toEqual({ kind: 'leave' });
    expect(openingIn(Buffer.alloc(8))).toEqual({ kind: 'leave' });
  });
});
