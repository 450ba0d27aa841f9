import { PostgresConnection, type BackendFactory, type PostgresConnectionOptions, type PostgresQueueBackend } from 'bullmq';
import type { Bell } from './bell';
import { PatientPostgresBackend, type Claim } from './patient-postgres-backend';

/** NOTIFY does not reach PGlite's clients: a job that this process adds wakes its workers by a bell. */
class EmbeddedPostgresBackend extends PatientPostgresBackend {
  /** Rings when it last looked for a job. */
  #heard = 0;

  constructor(private readonly bell: Bell, connection: PostgresConnection, ...[lane, options]: Parameters<BackendFactory<PostgresQueueBackend, PostgresConnectionOptions>>) {
    super(connection, lane, options);
  }

  override moveToActive(...claim: Claim): ReturnType<PostgresQueueBackend['moveToActive']> {
    this.#heard = this.bell.count(this.queueName);
    return super.moveToActive(...claim);
  }

  override async waitForJob(seconds: number): Promise<null> {
    await this.bell.wait(this.queueName, this.#heard, seconds * 1_000);
    return null;
  }

  override async disconnectBlocking(): Promise<void> {
    this.bell.ring(this.queueName);
  }
}

export function embeddedBackend(bell: Bell): BackendFactory<PostgresQueueBackend, PostgresConnectionOptions> {
  return (lane, options) => new EmbeddedPostgresBackend(bell, new PostgresConnection(options.connection), lane, options);
}
