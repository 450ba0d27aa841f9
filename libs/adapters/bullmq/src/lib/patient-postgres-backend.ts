import { PostgresConnection, PostgresQueueBackend, type BackendFactory, type PostgresConnectionOptions } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 500;

export type Claim = Parameters<PostgresQueueBackend['moveToActive']>;

/** BullMQ's backend asks again at once after an error that it does not know as one of the connection: this one takes a breath. */
export class PatientPostgresBackend extends PostgresQueueBackend {
  override async moveToActive(...claim: Claim): ReturnType<PostgresQueueBackend['moveToActive']> {
    try {
      return await super.moveToActive(...claim);
    } catch (error) {
      await sleep(PAUSE_MS, undefined, { ref: false });
      throw error;
    }
  }
}

export const createPatientBackend: BackendFactory<PostgresQueueBackend, PostgresConnectionOptions> = (name, options) =>
  new PatientPostgresBackend(new PostgresConnection(options.connection), name, options);
