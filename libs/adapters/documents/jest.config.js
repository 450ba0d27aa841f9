module.exports = {
  preset: '../../../jest.preset.js',
  displayName: 'documents',
  // A source that is loaded late is named as what it is built to.
  moduleNameMapper: { '^(\\.\\.?/.*-reader|.*/read-\\w+)\\.js$': '$1' },
};
