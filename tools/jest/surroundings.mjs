import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../prepare/workspace.mjs';

// Part of what Nx hashes for a test: specs skip themselves when ../shared is absent, and must run again when it appears; so with the services.
const shared = join(root, '../shared');
const folders = ['data', 'models'].map((name) => join(shared, name)).filter((folder) => existsSync(folder));
const services = join(root, '.cache/services/services.json');
console.log(existsSync(services) ? Object.keys(JSON.parse(readFileSync(services, 'utf8'))).sort().join('\n') : 'no services');
console.log(folders.flatMap((folder) => readdirSync(folder).sort()).join('\n'));
