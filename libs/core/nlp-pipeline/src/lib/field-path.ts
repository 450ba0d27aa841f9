/** `steps[2].with.maxPhrases`: where a mistake is. */
export function fieldPath(path: readonly PropertyKey[], root = ''): string {
  return path.reduce<string>((field, key) => (typeof key === 'number' ? `${field}[${key}]` : field === '' ? String(key) : `${field}.${String(key)}`), root);
}
