const preset = require('../../../jest.preset.js');

module.exports = {
  preset: '../../../jest.preset.js',
  displayName: 'documents',
  // A source that is loaded late is named as what it is built to.
  moduleNameMapper: { ...preset.moduleNameMapper, '^(\\.\\.?/.*-reader|.*/read-\\w+)\\.js$': '$1' },
};
