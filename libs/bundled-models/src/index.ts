export { bundledModelsFolder } from './lib/bundled-models-folder';
