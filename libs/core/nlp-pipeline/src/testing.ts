/** What every PipelineCatalog promises. */
export { pipelineCatalogContract } from './lib/pipeline/pipeline-catalog.contract';
