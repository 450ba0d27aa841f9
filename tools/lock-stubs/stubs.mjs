const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];
const libraries = { gnu: 'glibc', glibc: 'glibc', musl: 'musl' };

/**
 * Optional packages (other platforms' binaries) that a lock file names but does not describe. `npm ci` rejects such a
 * lock; npm writes one when the registry in use lacks those packages.
 * @returns entries to add, by their path in `packages`
 */
export function missingStubs({ packages }) {
  const wanted = Object.values(packages).flatMap(({ optionalDependencies = {} }) => Object.entries(optionalDependencies));
  const known = new Set(Object.keys(packages).map(packageName));
  return Object.fromEntries(wanted.filter(([name]) => !known.has(name)).map(([name, range]) => [`node_modules/${name}`, stub(name, range)]));
}

/** Addresses in a lock file: it must install from whatever registry the user has configured. */
export function registryAddresses({ packages }) {
  return Object.values(packages).flatMap(({ resolved = '' }) => (/^[a-z+]+:\/\//.test(resolved) ? [resolved] : []));
}

function packageName(path) {
  return path.split('node_modules/').at(-1);
}

/** npm compares only the version, and skips the package where the platform is another. */
function stub(name, range) {
  const words = name.split(/[-/@]/);
  const system = systems.find((word) => words.includes(word)) ?? (words.some((word) => word.startsWith('win32')) ? 'win32' : undefined);
  const processor = processors.find((word) => words.includes(word));
  const library = libraries[words.find((word) => word in libraries)];
  return {
    version: range.replace(/^[\^~=v]+/, ''),
    optional: true,
    ...(system && { os: [system] }),
    ...(processor && { cpu: [processor] }),
    ...(library && { libc: [library] }),
  };
}
