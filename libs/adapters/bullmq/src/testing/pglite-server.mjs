import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

/** An empty PGlite in memory, for as long as whoever started this keeps its standard input open. Says its port. */
const server = new PGLiteSocketServer({ db: await PGlite.create(), host: '127.0.0.1', port: 0, maxConnections: 100 });
server.addEventListener('listening', ({ detail }) => process.stdout.write(`${detail.port}\n`));
await server.start();
process.stdin.on('end', () => process.exit(0)).resume();
