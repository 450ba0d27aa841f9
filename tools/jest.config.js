module.exports = {
  preset: '../jest.preset.js',
  displayName: 'tools',
  testMatch: ['<rootDir>/{prepare,start,test,check-tags,check-packages,lock-stubs,services}/**/*.spec.mjs'],
};
