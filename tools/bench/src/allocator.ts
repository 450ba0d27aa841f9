/** As `npm start` sets it: what is freed goes back to the system, in blocks of 128 KiB and more. */
export const ALLOCATOR = { MALLOC_MMAP_THRESHOLD_: String(2 ** 17) };
