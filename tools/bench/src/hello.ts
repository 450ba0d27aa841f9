import { fastify } from 'fastify';

/** The reference `hello`: the smallest Fastify server. Run as a child process with its port. */
const server = fastify();
server.get('/', () => ({ hello: 'world' }));
void server.listen({ port: Number(process.argv[2]), host: '127.0.0.1' }).then(() => process.send!('listening'));
