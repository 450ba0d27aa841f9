/** Port: how rows are written in files (JSON lines, Arrow): windows of rows out of bytes, parts of answers, parts to one file. */
export { RowFormat, type Column, type ColumnValue, type InputRow, type OpenInput, type OutputRow, type ReadOptions, type RowError, type RowId, type RowWindow } from './lib/formats/row-format.port';
/** What a caller may meet; codes `BATCH.…`. */
export { InputUnreadableError } from './lib/batch-inference.errors';
