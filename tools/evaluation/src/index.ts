/** The retrieval collection beside the repository, its measure, and the search that models are held against. */
export { Cranfield, type Search } from './lib/cranfield';
export { keywordRetrieval } from './lib/keyword-retrieval';
/** Spearman's rank correlation, and the highest of many scores. */
export { spearman, topOf } from './lib/ranking';
export { linesOf } from './lib/lines';
/** A judged collection as files of BEIR's layout. */
export { readBeir, type BeirCollection } from './lib/beir';
