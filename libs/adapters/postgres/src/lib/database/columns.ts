import type { FindOperator, ValueTransformer } from 'typeorm';

/** A bigint that JavaScript can count: the driver gives it as a text. */
export const wholeNumber: ValueTransformer = {
  to: (value: number | FindOperator<number>) => value,
  from: (text: string) => Number(text),
};
