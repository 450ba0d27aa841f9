import { aModelVersion } from '@cortex/model-registry/testing';
import { Logger } from '@nestjs/common';
import { serve, USER, type Served } from '../../testing/served';

const SECRET = 'Zaphod-4111';
const KEY = 'WmZq4t7w!z%C&F)J';
const nameModel = aModelVersion({
  name: 'cortex-nlp-en', task: 'token-classify', origin: 'bundled', languages: ['en'],
  heads: { ner: { kind: 'tags', columns: [0, 7], labels: ['O', 'B-PER', 'I-PER', 'B-ORG', 'I-ORG', 'B-LOC', 'I-LOC'] } },
});

describe('PresidioProtocol', () => {
  let served: Served;
  let named: Served;

  beforeAll(async () => {
    [served, named] = await Promise.all([serve({ maxRowsPerRequest: 3 }), serve()]);
    named.registry.versions.push(nameModel);
    await named.registry.refresh();
    jest.spyOn(named.registry, 'defaultFor').mockReturnValue(nameModel.name); // as an operator's CORTEX_DEFAULT_MODELS would
  });
  afterAll(async () => {
    await served[Symbol.asyncDispose]();
    await named[Symbol.asyncDispose]();
  });

  function post(url: string, payload: object | string, by = served) {
    const headers = { ...USER, 'content-type': 'application/json' };
    return by.fastify.inject({ method: 'POST', url, payload, headers });
  }

  async function list(url: string, by = served): Promise<string[]> {
    return (await by.fastify.inject({ url, headers: USER })).json();
  }

  describe('/analyze', () => {
    it('answers findings in code points, in the form of the original', async () => {
      const response = await post('/analyze', { text: '😀 mail jane@example.com', language: 'en', entities: ['EMAIL_ADDRESS'] });
      expect(response.body).toBe('[{"analysis_explanation":null,"end":23,"entity_type":"EMAIL_ADDRESS","score":1,"start":7}]');
    });

    it('answers a list for a list', async () => {
      const response = await post('/analyze', { text: ['none', '4111 1111 1111 1111'], language: 'en', entities: ['CREDIT_CARD'] });
      expect(response.json()).toMatchObject([[], [{ entity_type: 'CREDIT_CARD', start: 0, end: 19 }]]);
    });

    it('explains where it is asked to', async () => {
      const response = await post('/analyze', { text: 'SSN 536221234', language: 'en', entities: ['US_SSN'], return_decision_process: true });
      expect(response.json()[0].analysis_explanation).toMatchObject({ recognizer: 'UsSsnRecognizer', original_score: 0.05, score: 0.4, supportive_context_word: 'ssn' });
    });

    it('keeps to entities, threshold, context and allow list', async () => {
      const body = { text: '536221234 a@b.com', language: 'en', entities: ['US_SSN', 'EMAIL_ADDRESS'] };
      const types = async (more: object) => (await post('/analyze', { ...body, ...more })).json().map((one: { entity_type: string }) => one.entity_type);
      expect(await types({})).toEqual(['US_SSN', 'EMAIL_ADDRESS']);
      expect(await types({ score_threshold: 0.3 })).toEqual(['EMAIL_ADDRESS']);
      expect(await types({ score_threshold: 0.3, context: ['SSN'] })).toEqual(['US_SSN', 'EMAIL_ADDRESS']);
      expect(await types({ allow_list: ['a@b.com'] })).toEqual(['US_SSN']);
      expect(await types({ allow_list: ['A@.*COM$'], allow_list_match: 'regex' })).toEqual(['US_SSN']);
    });

    it('takes recognizers of the caller: patterns and deny lists', async () => {
      const zip = { name: 'Zip', supported_language: 'en', supported_entity: 'ZIP', patterns: [{ name: 'zip', regex: '\\b\\d{5}\\b', score: 0.01 }], context: ['Zip'] };
      const title = { name: 'Titles', supported_language: 'en', supported_entity: 'TITLE', deny_list: ['Mr', 'Mrs'] };
      const response = await post('/analyze', { text: 'zip 90210, mrs X', language: 'en', ad_hoc_recognizers: [zip, title], entities: ['ZIP', 'TITLE'] });
      expect(response.json()).toMatchObject([{ entity_type: 'ZIP', score: 0.4, start: 4, end: 9 }, { entity_type: 'TITLE', score: 1, start: 11, end: 14 }]);
    });

    it.each(['(a+)+$', '(a|a)*$', '(.*)(.*)(.*)z'])('runs %s over text that would make it explode', async (regex) => {
      const patterns = [{ name: 'p', regex, score: 0.5 }];
      const body = { text: `${'a'.repeat(20_000)}!`, language: 'en', ad_hoc_recognizers: [{ supported_entity: 'X', patterns }], entities: ['X'] };
      const from = performance.now();
      expect((await post('/analyze', body)).statusCode).toBe(200);
      expect(performance.now() - from).toBeLessThan(5_000);
    });

    it.each(['(?=a)a', '(a)\\1', '[', '(?:[a-z]{900}){5}', 'a{2000}'])('refuses %s', async (regex) => {
      const patterns = [{ name: 'p', regex, score: 0.5 }];
      const response = await post('/analyze', { text: 'a', language: 'en', ad_hoc_recognizers: [{ supported_entity: 'X', patterns }] });
      expect([response.statusCode, response.json().error]).toEqual([400, expect.stringContaining('pattern')]);
    });

    it('finds names and places where a model is there, through it alone', async () => {
      named.texts.requests.length = 0;
      const response = await post('/analyze', { text: '😀 Jane', language: 'en', score_threshold: 0.5 }, named);
      expect(response.json()).toMatchObject([{ entity_type: 'PERSON', start: 0, end: 6, score: 0.5 }]);
      await post('/analyze', { text: 'Jane', language: 'en', entities: ['URL'] }, named);
      expect(named.texts.requests).toEqual([{ model: 'cortex-nlp-en', texts: ['😀 Jane'] }]);
    });

    it.each([
      [{ text: '', language: 'en' }, 'No text provided'],
      [{ text: [], language: 'en' }, 'No text provided'],
      [{ text: 'x' }, 'No language provided'],
      [{ text: 'x', language: 'xx' }, 'No matching recognizers were found to serve the request.'],
      [{ text: 'Jane', language: 'en', entities: ['PERSON'] }, 'No matching recognizers were found to serve the request.'],
      [{ text: 'x', language: 'en', ad_hoc_recognizers: [{ supported_entity: 'X' }] }, 'Pattern recognizer should be initialized with patterns or with deny list'],
      [{ text: 'x', language: 'en', score_threshold: 2 }, 'score_threshold: expected at most 1'],
    ])('refuses %j as the original does, but as the caller\'s mistake', async (body, error) => {
      const response = await post('/analyze', body);
      expect([response.statusCode, response.json()]).toEqual([400, { error }]);
    });

    it('takes no more texts than other routes', async () => {
      expect((await post('/analyze', { text: ['a', 'b', 'c', 'd'], language: 'en' })).statusCode).toBe(413);
    });
  });

  it('lists what it looks for, names only where a model finds them', async () => {
    const entities = await list('/supportedentities?language=en');
    expect(entities).toEqual(expect.arrayContaining(['CREDIT_CARD', 'US_SSN']));
    expect(entities).not.toEqual(expect.arrayContaining(['PERSON']));
    expect(await list('/supportedentities', named)).toEqual(expect.arrayContaining(['PERSON', 'LOCATION', 'ORGANIZATION']));
    expect(await list('/supportedentities?language=de', named)).not.toContain('PERSON');
    expect(await list('/recognizers')).toEqual(expect.arrayContaining(['CreditCardRecognizer', 'UsSsnRecognizer']));
    expect(await list('/anonymizers')).toEqual(['encrypt', 'hash', 'keep', 'mask', 'redact', 'replace']);
    expect(await list('/deanonymizers')).toEqual(['decrypt', 'deanonymize_keep']);
  });

  describe('/anonymize and /deanonymize', () => {
    it('encrypts and decrypts, in code points', async () => {
      const text = '😀 Jane 😀';
      const hidden = await post('/anonymize', { text, anonymizers: { PERSON: { type: 'encrypt', key: KEY } }, analyzer_results: [{ start: 2, end: 6, score: 0.9, entity_type: 'PERSON' }] });
      const { text: secret, items } = hidden.json();
      expect(items).toEqual([{ start: 2, end: 46, entity_type: 'PERSON', text: [...secret].slice(2, 46).join(''), operator: 'encrypt' }]);
      const shown = await post('/deanonymize', { text: secret, deanonymizers: { PERSON: { type: 'decrypt', key: KEY } }, anonymizer_results: items });
      expect(shown.json()).toEqual({ text, items: [{ start: 2, end: 6, entity_type: 'PERSON', text: 'Jane', operator: 'decrypt' }] });
    });

    it.each([
      [{ text: 'x', analyzer_results: null }, 422, 'Invalid input, request must contain analyzer results'],
      [{ text: 'x', analyzer_results: [{ end: 1, score: 1, entity_type: 'A' }] }, 422, 'Invalid input, result must contain start'],
      [{ text: 'x', analyzer_results: [{ start: 0, end: 1, entity_type: 'A' }] }, 422, 'Invalid input, analyzer result must contain score'],
      [{ text: 'x', analyzer_results: [{ start: 0, end: 2, score: 1, entity_type: 'A' }] }, 422, 'Invalid analyzer result, start: 0 and end: 2, while text length is only 1.'],
      [{ text: 'x', analyzer_results: [], anonymizers: { A: {} } }, 422, 'Invalid input, operator config must contain operator_name'],
      [{ text: 'x', analyzer_results: [], anonymizers: { A: { type: 'custom' } } }, 400, 'Custom type anonymizer is not supported'],
    ])('refuses %j with %i', async (body, status, error) => {
      const response = await post('/anonymize', body);
      expect([response.statusCode, response.json()]).toEqual([status, { error }]);
    });
  });

  it('lets nothing of a text, a finding or a key into an error, a log or a metric', async () => {
    const noted: unknown[] = [];
    const spies = (['log', 'error', 'warn', 'debug'] as const).map((level) => jest.spyOn(Logger.prototype, level).mockImplementation((...all: unknown[]) => void noted.push(all)));
    const spans = [{ start: 0, end: 11, score: 1, entity_type: SECRET }];
    const bodies = [
      ['/analyze', `{"text": "${SECRET}`], ['/analyze', { text: SECRET, language: 3 }], ['/analyze', { text: 1, language: SECRET }], ['/analyze', { text: SECRET, language: SECRET }],
      ['/analyze', { text: SECRET, language: 'en', ad_hoc_recognizers: [{ supported_entity: 'X', patterns: [{ name: 'x', regex: `(${SECRET}`, score: 1 }] }] }],
      ['/analyze', { text: SECRET, language: 'en', regex_flags: SECRET }],
      ['/anonymize', { text: { SECRET }, analyzer_results: spans }], ['/anonymize', { text: SECRET, analyzer_results: SECRET }],
      ['/anonymize', { text: SECRET, analyzer_results: [{ ...spans[0], start: SECRET }] }],
      ['/anonymize', { text: SECRET, analyzer_results: spans, anonymizers: { DEFAULT: { type: 'encrypt', key: SECRET } } }],
      ['/anonymize', { text: SECRET, analyzer_results: spans, anonymizers: { [SECRET]: SECRET } }],
      ['/deanonymize', { text: SECRET, anonymizer_results: spans, deanonymizers: { DEFAULT: { type: 'decrypt', key: KEY } } }],
      ['/deanonymize', { text: SECRET, anonymizer_results: spans }],
    ] as const;
    for (const [url, body] of bodies) {
      const response = await post(url, body);
      expect(response.statusCode).toBeGreaterThanOrEqual(400);
      expect(response.statusCode).toBeLessThan(500);
      expect(response.body + JSON.stringify(response.headers)).not.toContain(SECRET);
    }
    spies.forEach((spy) => spy.mockRestore());
    expect(JSON.stringify([noted, served.telemetry])).not.toContain(SECRET);
  });
});
