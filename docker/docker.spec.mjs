import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';

const here = fileURLToPath(new URL('.', import.meta.url));
const read = (path) => readFileSync(join(here, path), 'utf8');
const compose = load(read('compose.yaml'));
const services = Object.entries(compose.services).map(([name, service]) => ({ name, ...service['<<'], ...service }));
const { cortex } = compose.services;
const named = (problems) => problems.map(({ name }) => name);

/** Every TypeScript source that is no test, as one text. */
function sourcesUnder(folder) {
  return readdirSync(join(here, '..', folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !/\.(spec|contract|d)\.ts$/.test(entry.name) && !/node_modules|dist|testing/.test(entry.parentPath))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

describe('compose.yaml', () => {
  it('runs exact versions, whatever is released later', () => {
    const others = services.filter(({ build }) => build === undefined);
    expect(named(others.filter(({ image }) => !/:v?\d+\.\d+\.\d+(-[a-z0-9]+)?$/.test(image)))).toEqual([]);
    expect(others).toHaveLength(5);
  });

  it('gives Cortex what it promises: 4 cores where there are as many, and 8 GB at most, 2 cores and 4 GB kept', () => {
    const cpus = '${CORTEX_CPUS:-4}';
    expect(cortex.deploy.resources).toEqual({ limits: { cpus, memory: '8G' }, reservations: { cpus: '2', memory: '4G' } });
    expect(cortex.environment).toMatchObject({ CPU_LIMIT: cpus, CPU_RESERVED: '2', MEMORY_RESERVED: '4GB' });
  });

  it('limits every service, looks after its health, starts it again, and lets none gain rights or write outside its volumes', () => {
    const limited = ({ deploy }) => deploy.resources.limits.cpus && deploy.resources.limits.memory;
    const healthy = ({ name, healthcheck }) => (name === 'cortex' ? read('Dockerfile').includes('HEALTHCHECK') : healthcheck);
    const confined = (service) => service.read_only && service.cap_drop.includes('ALL') && service.security_opt.includes('no-new-privileges:true');
    expect(named(services.filter((service) => !(limited(service) && healthy(service) && confined(service) && service.restart === 'unless-stopped')))).toEqual([]);
  });

  it('opens Cortex to the outside, what shows its metrics to this machine, and what stores data to nobody', () => {
    const published = Object.fromEntries(services.filter(({ ports }) => ports).map(({ name, ports }) => [name, ports]));
    expect(published).toEqual({ cortex: ['8700:8700'], prometheus: ['127.0.0.1:9090:9090'], grafana: ['127.0.0.1:3000:3000'] });
    expect(compose.networks.data).toEqual({ internal: true });
    expect(named(services.filter(({ networks }) => networks.length === 1 && networks[0] === 'data'))).toEqual(['postgres', 'redis', 's3']);
  });

  it('gives Cortex longer to stop than Cortex takes', () => {
    expect(parseInt(cortex.stop_grace_period, 10)).toBeGreaterThan(parseInt(cortex.environment.DRAIN_TIMEOUT, 10));
  });

  it('declares every volume that it mounts, and mounts files that exist', () => {
    const sources = services.flatMap(({ volumes }) => volumes.map((volume) => volume.split(':')[0]));
    const files = sources.filter((source) => source.startsWith('.'));
    expect(files.filter((file) => !existsSync(resolve(here, file)))).toEqual([]);
    expect([...new Set(sources.filter((source) => !source.startsWith('.')))].sort()).toEqual(Object.keys(compose.volumes).sort());
  });

  it('does not start without its secrets, holds none itself, and .env.example names them all', () => {
    const uses = [...read('compose.yaml').matchAll(/(?<!\$)\$\{(\w+)(:[?-])?/g)].map(([, name, rule]) => ({ name, required: rule === ':?' }));
    const examples = Object.fromEntries([...read('.env.example').matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
    const optional = new Set(uses.filter(({ required }) => !required).map(({ name }) => name));

    expect([...optional].sort()).toEqual(['CORTEX_CPUS', 'CORTEX_METRICS_KEY', 'CORTEX_VERSION']);
    expect(uses.filter(({ name, required }) => required && !(name in examples))).toEqual([]);
    expect(Object.values(examples).filter((value) => value !== '')).toEqual([]);
    expect(Object.keys(examples).filter((name) => !uses.some((use) => use.name === name))).toEqual([]);
  });

  it('sets no variable that Cortex does not read', () => {
    const schema = sourcesUnder('apps/cortex/src');
    expect(Object.keys(cortex.environment).filter((name) => !new RegExp(`^  ${name}: `, 'm').test(schema))).toEqual([]);
  });
});

describe('what watches Cortex', () => {
  const dashboard = JSON.parse(read('grafana/dashboards/cortex.json'));
  const panels = dashboard.panels.filter(({ type }) => type !== 'row');
  const rules = load(read('prometheus/alerts.yml')).groups.flatMap((group) => group.rules);
  const metrics = new Set([...sourcesUnder('libs').matchAll(/name: '(cortex_\w+)'/g)].map(([, name]) => name));
  const unknown = (text) => [...text.matchAll(/\bcortex_\w+/g)].map(([name]) => name).filter((name) => !metrics.has(name) && !metrics.has(name.replace(/_(bucket|sum|count)$/, '')));

  it.each([
    ['the dashboard', () => [...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)), ...dashboard.templating.list.map(({ definition }) => definition)]],
    ['the alerts', () => rules.map(({ expr }) => expr)],
  ])('asks in %s only for metrics that there are', (_where, expressions) => {
    expect(metrics.size).toBeGreaterThan(20);
    expect(expressions().flatMap(unknown)).toEqual([]);
  });

  it('says of every alert how bad it is and what happened', () => {
    expect(rules.filter(({ labels, annotations }) => !(['critical', 'warning'].includes(labels?.severity) && annotations?.summary)).map(({ alert }) => alert)).toEqual([]);
  });

  it('gives every panel a place of its own', () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`));
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });

  it('reads the data source and the folders that Grafana is given', () => {
    const [source] = load(read('grafana/provisioning/datasources/prometheus.yaml')).datasources;
    const [provider] = load(read('grafana/provisioning/dashboards/cortex.yaml')).providers;
    expect(new Set(panels.map(({ datasource }) => datasource.uid))).toEqual(new Set([source.uid]));
    expect(compose.services.grafana.volumes).toContain(`./grafana/dashboards:${provider.options.path}:ro`);
  });
});
