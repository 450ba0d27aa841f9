module.exports = {
  preset: '../jest.preset.js',
  displayName: 'tools',
  testMatch: ['<rootDir>/{prepare,start,test,check-tags,lock-stubs,services}/**/*.spec.mjs'],
};
