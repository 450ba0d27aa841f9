import { createPatientBackend } from './patient-postgres-backend';

describe('createPatientBackend', () => {
  it('takes a breath before it says that the next job cannot be had', async () => {
    const backend = createPatientBackend('lane', { connection: { host: '127.0.0.1', port: 1, connectionTimeoutMillis: 1_000 } });
    const startedAt = performance.now();
    await expect(backend.moveToActive('token')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(performance.now() - startedAt).toBeGreaterThan(400);
    await backend.close();
  });
});
