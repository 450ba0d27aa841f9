/** A database of its own on a real server, for specs. */
export { ScratchDatabase } from './testing/scratch-database';
