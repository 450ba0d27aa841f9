import type { Series } from '@cortex/batch-inference';

const SERIES: Readonly<Record<string, Series>> = { output: 'output', error: 'errors' };

/** A batch is a job under another name. */
export function batchId(jobId: string): string {
  return `batch_${jobId.replaceAll('-', '')}`;
}

/** Undefined where it is no batch's. */
export function jobIdOf(batch: string): string | undefined {
  const hex = /^batch_([0-9a-f]{32})$/.exec(batch)?.[1];
  return hex && uuid(hex);
}

/** A file that a batch has made is one of its job's. */
export function outputFileId(jobId: string, series: Series): string {
  return `file-${jobId.replaceAll('-', '')}-${series === 'errors' ? 'error' : series}`;
}

/** Undefined where no batch made it. */
export function outputOf(fileId: string): { readonly jobId: string; readonly series: Series } | undefined {
  const [, hex, name = ''] = /^file-([0-9a-f]{32})-(output|error)$/.exec(fileId) ?? [];
  return hex === undefined ? undefined : { jobId: uuid(hex), series: SERIES[name]! };
}

function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
