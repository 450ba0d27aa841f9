/** A bucket of its own on a real server, for specs. */
export { ScratchBucket } from './testing/scratch-bucket';
