/** Batch jobs: orders in, records of @cortex/jobs and files out. */
export { BATCH_INFERENCE, BatchInference, type BatchInferenceParts, type BatchOrder, type BatchOutput, type BatchOwner } from './lib/batch-inference';
/** What a record of such a job says. */
export { checkpointOf, resultOf, specOf, type BatchResult, type BatchSpec, type Checkpoint } from './lib/batch-job';
export { outlookOf, type Outlook } from './lib/outlook';
export { type Series } from './lib/tenant-folder';
/** What tenants upload. */
export { Files, type FilePage, type FilesSettings, type StoredFile, type Upload } from './lib/files/files';
/** Port: how rows are written in files (JSON lines, Arrow): windows of rows out of bytes, parts of answers, parts to one file. */
export { RowFormat, type Column, type ColumnValue, type InputRow, type OpenInput, type Outcome, type OutputRow, type ReadOptions, type RowError, type RowId, type RowWindow } from './lib/formats/row-format.port';
export { JsonLinesFormat } from './lib/formats/json-lines-format';
/** Tells the lines of chunks apart, in bounded memory. */
export { Lines, type Line } from './lib/formats/lines';
/** Port: what is asked of rows; its faults; and Cortex's own heads. */
export { RowTask, type Answers, type Asked, type TaskForm } from './lib/tasks/row-task.port';
export { BadRowError, RowFaultError, blamingRows } from './lib/tasks/row-faults';
export { AnnotateTask } from './lib/tasks/annotate-task';
export { ClassifyTask } from './lib/tasks/classify-task';
export { EmbedTask } from './lib/tasks/embed-task';
export { RerankTask } from './lib/tasks/rerank-task';
/** What a caller may meet; codes `BATCH.…`. */
export {
  FileNotFoundError,
  FileTooLargeError,
  InputChangedError,
  InputNotFoundError,
  InputUnreadableError,
  InvalidOrderError,
  ModelChangedError,
  NoSuchOutputError,
  NotReadyYetError,
  TooManyFilesError,
} from './lib/batch-inference.errors';
/** Options with their defaults, and the Nest face. */
export { batchInferenceOptionsSchema, type BatchInferenceOptions, type BatchInferenceSettings } from './lib/batch-inference.options';
export { BatchInferenceModule } from './lib/batch-inference.module';
