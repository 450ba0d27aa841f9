import { describeOnEach } from '../../testing/each-database';

jest.setTimeout(60_000);

describeOnEach('Database', (databases) => {
  it('gives back what was written, and keeps it for the next who opens it', async () => {
    const database = await databases.fresh();
    await database.use((manager) => manager.query('CREATE TABLE IF NOT EXISTS notes (text json)'));
    const text = JSON.stringify({ text: 'é\u0000\ud83d' });
    await database.use((manager) => manager.query('INSERT INTO notes VALUES ($1)', [text]));
    const other = await databases.again(database);
    expect(await other.use((manager) => manager.query('SELECT text FROM notes'))).toEqual([{ text: JSON.parse(text) }]);
  });

  it('undoes a transaction whose work fails, and hands on its error', async () => {
    const database = await databases.fresh();
    const failing = database.transaction(async (manager) => {
      await manager.query('CREATE TABLE never (id int)');
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await database.use((manager) => manager.query(`SELECT to_regclass('never') AS name`))).toEqual([{ name: null }]);
  });

  it('says of a refused statement what is wrong with it, not its values', async () => {
    const database = await databases.fresh();
    const error = await database.use((manager) => manager.query('SELECT $1::text FROM absent', ['a secret'])).catch((thrown: Error) => thrown);
    expect((error as Error).message).toBe('the database refused a statement (42P01): relation "absent" does not exist');
    expect(JSON.stringify({ ...(error as Error) }) + (error as Error).stack).not.toContain('a secret');
  });

  it('works on after a statement that failed', async () => {
    const database = await databases.fresh();
    await database.transaction((manager) => manager.query('SELECT 1/0')).catch(() => undefined);
    expect(await database.use((manager) => manager.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
  });

  it('serves many at once', async () => {
    const database = await databases.fresh();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => database.use((manager) => manager.query('SELECT $1::int AS i', [i]))));
    expect(answers).toEqual(Array.from({ length: 50 }, (_, i) => [{ i }]));
  });
});
