/** What every RowFormat promises: call it inside a spec. */
export { rowFormatContract, type RowFormatFixture } from './lib/formats/row-format.contract';
