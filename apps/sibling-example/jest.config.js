module.exports = { preset: '../../jest.preset.js', displayName: 'sibling-example' };
