import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** A database of its own on a real server, that goes with its scope. */
export class ScratchDatabase implements AsyncDisposable {
  private constructor(private readonly adminUrl: string, readonly name: string) {}

  static async make(adminUrl: string): Promise<ScratchDatabase> {
    const made = new ScratchDatabase(adminUrl, `cortex_spec_${randomBytes(6).toString('hex')}`);
    await made.asAdmin(`CREATE DATABASE ${made.name}`);
    return made;
  }

  get url(): string {
    return this.urlBy({});
  }

  /** The same database by another way in. */
  urlBy(changes: { readonly port?: number; readonly user?: string; readonly password?: string }): string {
    const url = new URL(this.adminUrl);
    url.pathname = `/${this.name}`;
    if (changes.port !== undefined) url.port = String(changes.port);
    if (changes.user !== undefined) url.username = changes.user;
    if (changes.password !== undefined) url.password = changes.password;
    return url.href;
  }

  get port(): number {
    return Number(new URL(this.adminUrl).port || 5432);
  }

  /** A statement by the server's administrator, outside of this database. */
  asAdmin(statement: string): Promise<unknown[]> {
    return queryAt(this.adminUrl, statement);
  }

  query(statement: string): Promise<unknown[]> {
    return queryAt(this.url, statement);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.asAdmin(`DROP DATABASE ${this.name} WITH (FORCE)`);
  }
}

async function queryAt(url: string, statement: string): Promise<unknown[]> {
  const client = new Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(statement)).rows as unknown[];
  } finally {
    await client.end();
  }
}
