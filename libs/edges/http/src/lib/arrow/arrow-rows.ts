import { readTensorTable, readTextTable, type StreamLimits, type TensorTable, type TextTable } from '@cortex/arrow';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { HttpSettings } from '../http.options';
import { HTTP_SETTINGS } from '../http.tokens';

const column = z.string().min(1);

/** Which columns of a body in Arrow are meant. */
export const textColumnsQuery = { column: column.default('text').describe('In Arrow: the column of the texts'), id_column: column.optional().describe('In Arrow: what rows are called, given back as `id`; the column `id` where there is one') };
export const tensorColumnsQuery = {
  column: z.union([column.transform((name) => [name]), z.array(column)]).optional().describe('In Arrow: a column that is an input, repeated for several; all where absent'),
  id_column: column.optional().describe('In Arrow: what rows are called, given back as `id`'),
};

export interface TextColumnsQuery {
  readonly column: string;
  readonly id_column?: string;
}

export interface TensorColumnsQuery {
  readonly column?: readonly string[];
  readonly id_column?: string;
}

/** Reads the rows of bodies in Arrow, within the limits of requests. @throws ArrowFormatError, ArrowColumnError, ArrowTooLargeError */
@Injectable()
export class ArrowRows {
  readonly #limits: StreamLimits;

  constructor(@Inject(HTTP_SETTINGS) { maxRowsPerRequest, maxBodyBytes }: HttpSettings) {
    this.#limits = { rows: maxRowsPerRequest, bytes: maxBodyBytes };
  }

  texts(bytes: Uint8Array, query: TextColumnsQuery): TextTable {
    return readTextTable(bytes, { text: query.column, id: query.id_column }, this.#limits);
  }

  tensors(bytes: Uint8Array, query: TensorColumnsQuery): TensorTable {
    return readTensorTable(bytes, { names: query.column, id: query.id_column }, this.#limits);
  }
}
