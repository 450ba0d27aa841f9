/** What a body may hold, and what a caller may meet; codes `ARROW.…`. */
export { type StreamLimits } from './lib/ipc/stream-check';
export { ArrowColumnError, ArrowFormatError, ArrowShapeError, ArrowTooLargeError } from './lib/arrow.errors';
/** Texts in, by column; ids go back to where they came from. */
export { plainIds, readTextTable, type TextColumns, type TextTable } from './lib/text-table';
/** Vectors out, as FixedSizeList<Float32>. */
export { embeddingStream } from './lib/embedding-table';
/** Records of plain JavaScript out, batch by batch, in typed columns. */
export { RecordStream } from './lib/record-stream';
export { type RecordType } from './lib/record-types';
/** Tensors in and out, a column each. */
export { readTensorTable, tensorStream, type TensorColumns, type TensorTable } from './lib/tensor-table';
/** What goes out beside vectors and tensors: ids, and metadata of the schema. */
export { type Beside } from './lib/table-stream';
/** Adapter of batch-inference's RowFormat: files of rows as Arrow streams. */
export { ArrowFormat, type ArrowFormatOptions } from './lib/rows/arrow-format';
