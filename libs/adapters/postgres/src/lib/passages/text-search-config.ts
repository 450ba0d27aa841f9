/** PostgreSQL's text search configurations by ISO 639-1; which of them a server has is its own affair. */
const CONFIGS: Readonly<Record<string, string>> = {
  ...{ ar: 'arabic', hy: 'armenian', eu: 'basque', ca: 'catalan', da: 'danish', nl: 'dutch', en: 'english', et: 'estonian', fi: 'finnish', fr: 'french' },
  ...{ de: 'german', el: 'greek', hi: 'hindi', hu: 'hungarian', id: 'indonesian', ga: 'irish', it: 'italian', lt: 'lithuanian', ne: 'nepali', nb: 'norwegian' },
  ...{ nn: 'norwegian', no: 'norwegian', pl: 'polish', pt: 'portuguese', ro: 'romanian', ru: 'russian', sr: 'serbian', es: 'spanish', sv: 'swedish', ta: 'tamil', tr: 'turkish', yi: 'yiddish' },
};

/** Whose stems and stop words a language has; without one words are taken as they are. */
export function textSearchConfig(language: string | undefined): string {
  return (language !== undefined && Object.hasOwn(CONFIGS, language) && CONFIGS[language]) || 'simple';
}
