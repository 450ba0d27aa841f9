/** One preset for every project: swc for TypeScript and for the ESM packages that Node 20's jest cannot require. */
const esm = [
  ...['@nestjs', 'content-disposition', 'cookie', 'file-type', 'load-esm', 'strtok3', 'token-types', 'uint8array-extras', '@tokenizer', '@borewit', 'eld', 'libphonenumber-js'],
  // LangChain imports a provider's package by name, which no module of jest's can.
  ...['langchain'],
  ...['htmlparser2', 'dom-serializer', 'domelementtype', 'domhandler', 'domutils', 'entities', 'stream-json', 'stream-chain'],
];

module.exports = {
  testEnvironment: require.resolve('./tools/jest/environment.js'),
  testEnvironmentOptions: { customExportConditions: ['@cortex/source', 'node', 'require', 'default'] },
  // Its package says where it is to `import` alone.
  moduleNameMapper: { '^eld/(\\w+)$': `${__dirname}/node_modules/eld/src/entries/static.$1.js` },
  reporters: ['default', require.resolve('./tools/jest/results-reporter.js')],
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  // A spec that leaves something open waits at a desk until somebody looks; a build server has nobody to look.
  forceExit: process.env.CI === 'true',
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  transform: {
    '\\.(ts|js|mjs|cjs)$': [
      '@swc/jest',
      {
        swcrc: false,
        module: { type: 'commonjs' },
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esm.join('|')})/)`],
};
