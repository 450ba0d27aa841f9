import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import ts from 'typescript-eslint';
import { depConstraints } from './tools/boundaries/layers.mjs';

const specs = ['**/*.spec.ts', '**/*.e2e-spec.ts', '**/*.contract.ts', '**/*.spec.mjs', '**/testing.ts', '**/testing/**/*.ts'];
const nodeServers = ['http', 'https', 'http2', 'net', 'tls', 'dgram', 'child_process'].flatMap((name) => [name, `node:${name}`]);

const tooManyParameters = (functions) => ({
  selector: functions,
  message: 'Three parameters, then an object (style.md).',
});
const defaultExport = { selector: 'ExportDefaultDeclaration', message: 'Export by name.' };
const style = [
  defaultExport,
  // A Nest factory takes what it injects, one by one.
  tooManyParameters(':matches(FunctionDeclaration, TSDeclareFunction, :not(Property[key.name="useFactory"]) > ArrowFunctionExpression)[params.length > 3]'),
  tooManyParameters('MethodDefinition[kind!="constructor"] > :matches(FunctionExpression, TSEmptyBodyFunctionExpression)[params.length > 3]'),
];
const unused = { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'all' };
const environment = { object: 'process', property: 'env', message: 'Libs are configured by options; only apps and tools read the environment.' };
const framework = { group: ['@nestjs/*'], message: 'In a core lib the framework appears in *.module.ts only.' };
const processModule = { name: 'node:process', message: 'Use the global `process`, so that reading the environment stays visible to lint.' };

export default defineConfig(
  globalIgnores(['**/dist', '**/out-tsc', '**/node_modules', '**/*.d.ts', '**/.nx', '**/coverage', '**/test-results']),
  { linterOptions: { noInlineConfig: true } },
  { languageOptions: { globals: globals.nodeBuiltin } },

  {
    files: ['**/*.{ts,js,mjs,cjs}'],
    extends: [js.configs.recommended],
    plugins: { '@nx': nx },
    rules: {
      // A worker thread is started by its package's own export.
      '@nx/enforce-module-boundaries': ['error', { allow: ['@cortex/*/worker'], enforceBuildableLibDependency: true, banTransitiveDependencies: true, depConstraints }],
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 50, IIFEs: true }],
      'max-depth': ['error', 3],
      'no-restricted-syntax': ['error', ...style],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'] }],
      'no-unused-vars': ['error', unused],
      eqeqeq: 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    extends: [ts.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // Indexed access is checked (noUncheckedIndexedAccess): an index that a loop has bounded needs the mark.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', unused],
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true, 'ts-ignore': true, 'ts-nocheck': true }],
    },
  },
  {
    files: specs,
    languageOptions: { globals: globals.jest },
    rules: {
      'max-lines': ['error', { max: 500 }],
      'max-lines-per-function': 'off',
      'no-restricted-syntax': ['error', defaultExport],
    },
  },

  {
    files: ['libs/**/*.ts'],
    rules: {
      'no-restricted-properties': ['error', environment],
      'no-restricted-imports': ['error', { paths: [processModule] }],
    },
  },
  // A native library that is configured by the environment alone.
  { files: ['libs/adapters/onnx/src/lib/no-telemetry.ts'], rules: { 'no-restricted-properties': 'off' } },
  {
    files: ['libs/core/**/*.ts'],
    ignores: specs,
    rules: { 'no-restricted-imports': ['error', { paths: [processModule, ...nodeServers], patterns: [framework] }] },
  },
  {
    files: ['libs/core/**/*.module.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [processModule, ...nodeServers] }] },
  },
  {
    files: ['**/*.{js,cjs}'],
    languageOptions: { sourceType: 'commonjs', globals: globals.commonjs },
  },
  // Scripts that run before anything is installed can only import each other by path.
  { files: ['tools/**/*.mjs', 'eslint.config.mjs'], rules: { '@nx/enforce-module-boundaries': 'off' } },
  { files: ['eslint.config.mjs'], rules: { 'no-restricted-syntax': 'off' } },
);
