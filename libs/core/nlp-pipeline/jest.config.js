module.exports = { preset: '../../../jest.preset.js', displayName: 'nlp-pipeline' };
