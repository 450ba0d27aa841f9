import { codeOf, internalContext } from '@cortex/kernel';
import { CortexLogger, HealthBoard, Readiness } from '@cortex/monitoring';
import { Orchestrator } from '@cortex/orchestrator';
import { Governor } from '@cortex/resource-governor';
import { ModelRegistry } from '@cortex/model-registry';
import { Nlp } from '@cortex/nlp-pipeline';
import { TextModels } from '@cortex/text-models';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** In English, which the bundled models are made for. */
const FIRST_TEXT = 'Cortex is awake and waits for the first question.';

/** The order in which the service wakes and sleeps. */
@Injectable()
export class Lifecycle implements OnApplicationShutdown {
  constructor(
    private readonly registry: ModelRegistry,
    private readonly texts: TextModels,
    private readonly nlp: Nlp,
    private readonly orchestrator: Orchestrator,
    private readonly governor: Governor,
    private readonly readiness: Readiness,
    private readonly board: HealthBoard,
    private readonly logger: CortexLogger,
  ) {}

  /** Answers one text with the default embedding model, and loads the rules that would hold the serving thread later; ready after that. A model that cannot is reported, and the rest is served. */
  async warmUp(): Promise<boolean> {
    this.board.show('models', () => this.orchestrator.loaded().map(({ name, version, variant, placement, memoryBytes }) => ({ name, version, variant, placement, memoryBytes })));
    this.board.show('governor', () => this.governor.state());
    const models = this.board.component('default model');
    try {
      await Promise.all([
        this.texts.embed({ model: this.registry.defaultFor('embed'), texts: [FIRST_TEXT], truncate: true }, internalContext()),
        this.nlp.warmUp(),
      ]);
      models.up();
      this.readiness.ready();
      return true;
    } catch (error) {
      models.down(codeOf(error));
      this.readiness.failed(codeOf(error));
      this.logger.error(`the server is not ready, its default embedding model does not answer: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }

  /** Understands one text, behind all other work, so that nobody waits for the models of the default steps. Where they cannot be loaded, who asks for them is told why. */
  async warmUpModels(): Promise<void> {
    try {
      await this.nlp.analyze([FIRST_TEXT], {}, internalContext({ priority: 'low' }));
    } catch (error) {
      this.logger.warn(`the models of the default steps were not loaded ahead: ${codeOf(error)}`);
    }
  }

  /** After the listener has closed: what was accepted is answered, then the models go. */
  async onApplicationShutdown(): Promise<void> {
    await this.orchestrator.close();
  }
}
