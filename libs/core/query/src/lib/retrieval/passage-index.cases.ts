import type { Metadata } from '../filters/metadata';

/** A document's each. */
export const METADATA: readonly Metadata[] = [
  { year: 2019, lang: 'en', tags: ['ai', 'db'], at: '2019-05-01T00:00:00.000Z' },
  { year: 2020, lang: 'de', open: true },
  { year: 2021.5, tags: ['db'], open: false, name: "O'Neill \\ \"x\" % _ 😀" },
  { lang: '10', year: '2020' },
  {},
];

/** Each kind of condition, and values that mean something to a database. */
export const FILTERS: readonly unknown[] = [
  ...[{}, { year: 2020 }, { year: '2020' }, { lang: { $ne: 'en' } }, { lang: { $nin: ['en', 'de'] } }, { tags: 'db' }, { tags: { $in: ['ai', 'x'] } }, { tags: { $nin: ['ai'] } }],
  ...[{ year: { $gt: 2019 } }, { year: { $gte: 2019, $lt: 2021.5 } }, { lang: { $gt: 'd' } }, { lang: { $lte: '2' } }, { at: { $lt: '2020' } }, { open: true }, { open: { $ne: true } }],
  ...[{ open: { $exists: true } }, { tags: { $exists: false } }, { $or: [{ year: 2019 }, { open: true }] }, { $not: { $and: [{ lang: 'en' }, { year: 2019 }] } }, { $or: [] }, { lang: { $in: [] } }],
  ...[{ name: "O'Neill \\ \"x\" % _ 😀" }, { name: "' or 1=1 --" }, { name: { $gt: 'O' } }, { 'a.b-c': 1 }],
];

/** Queries that mean something to a parser of queries, or nothing to anybody. */
export const HOSTILE = ["'", '"', "a' | b & !c", ':*', '<->', '(((', '\\', '!!', '& |', '%', '😀', 'the of and', '', '   ', 'x'.repeat(5_000), 'wing '.repeat(1_000), '\u202e‏', '–'];
