/** Lets go of what is loaded of a version, and takes it off offer: an orchestrator does. */
export abstract class ModelUnloader {
  /** `name@version`. Settles once what was accepted is answered. */
  abstract unload(reference: string): Promise<void>;
}
