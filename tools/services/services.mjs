import { join } from 'node:path';
import { root } from '../prepare/workspace.mjs';
import { down, status, up } from './lifecycle.mjs';

// node tools/services/services.mjs up|down|status
const folder = join(root, '.cache/services');
const commands = { up: () => up(folder), down: () => down(folder), status: () => status(folder) };
const wanted = { up: ['started', 'running'], down: ['stopped', 'not running'], status: ['running'] };

const name = process.argv[2] ?? '';
if (!Object.hasOwn(commands, name)) {
  console.error(`'${name}' is not a command: services.mjs ${Object.keys(commands).join('|')}`);
  process.exit(2);
}

const outcomes = await commands[name]();
for (const { name: service, state, reason } of outcomes) console.log(`${service}: ${state}${reason === undefined ? '' : `: ${reason}`}`);
process.exitCode = outcomes.every(({ state }) => wanted[name].includes(state)) ? 0 : 1;
