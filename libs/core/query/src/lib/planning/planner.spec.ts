import { planFor } from './planner';

const schema = { year: 'number', author: 'string', published: 'date', draft: 'boolean' } as const;

describe('planFor', () => {
  it.each<[string, string]>([
    ['Who wrote the first program?', 'answer'],
    ['how does a relay work', 'answer'],
    ['Explain the analytical engine', 'answer'],
    ['first program', 'search'],
    ['wing flutter at high speed', 'search'],
    ['compare Ada Lovelace and Grace Hopper', 'compare'],
    ['What is the difference between a relay and a valve?', 'compare'],
    ['relays vs valves', 'compare'],
    ['How does Paris differ from Rome?', 'compare'],
    ['list documents where year > 2020', 'lookup'],
    ['show me papers by author "Ada Lovelace"', 'lookup'],
    ['list documents about relays', 'search'],
    ['', 'search'],
    ['?', 'answer'],
  ])('%j: %s', (question, kind) => {
    expect(planFor({ question, schema })).toMatchObject({ kind, because: expect.stringMatching(/\w+/) });
  });

  it.each<[string, object]>([
    ['list documents where year > 2020', { kind: 'gt', field: 'year', value: 2020 }],
    ['list documents where year is 2020', { kind: 'in', field: 'year', values: [2020] }],
    ['which reports have year at least 2020?', { kind: 'gte', field: 'year', value: 2020 }],
    ['find files with author "Ada Lovelace"', { kind: 'in', field: 'author', values: ['Ada Lovelace'] }],
    ['find files with draft: yes', { kind: 'in', field: 'draft', values: [true] }],
    ['find papers published before 2020-02-01', { kind: 'lt', field: 'published', value: '2020-02-01T00:00:00.000Z' }],
    ['list documents where year > 2020 and author is Ada', { kind: 'and', parts: [{ kind: 'gt', field: 'year', value: 2020 }, { kind: 'in', field: 'author', values: ['Ada'] }] }],
  ])('reads the conditions of %j', (question, filter) => {
    expect(planFor({ question, schema })).toMatchObject({ kind: 'lookup', filter });
  });

  it('asks the same of each subject', () => {
    expect(planFor({ question: 'Compare cats, dogs and birds in terms of diet' })).toMatchObject({ questions: ['cats', 'dogs', 'birds'].map((one) => `What is said about the diet of ${one}?`) });
  });

  it('reads a short question that points back with the one before', () => {
    const earlier = ['Who is Ada?', 'Who is Grace?'];
    expect(planFor({ question: 'And when was she born?', earlier })).toMatchObject({ question: 'Who is Grace? And when was she born?' });
    expect(planFor({ question: 'When was Ada born?', earlier })).toMatchObject({ question: 'When was Ada born?' });
    expect(planFor({ question: 'When was she born?' })).toMatchObject({ question: 'When was she born?' });
  });

  it.each([['a and '], ['compare a to '], ['list documents '], ['is year '], [' vs '], ['difference between a and ']])('takes no long time for a long run of %j', (piece) => {
    const started = performance.now();
    for (const length of [400, 8_192]) planFor({ question: piece.repeat(Math.ceil(length / piece.length)).slice(0, length), schema });
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
