import type { Survey } from './survey';

/** What an operating system says at one moment, before any rate is made of it. */
export interface MachineState {
  readonly cores: number;
  /** CPU time of this process and its children, ever growing. */
  readonly cpuMs?: number;
  readonly residentBytes?: number;
  readonly usedBytes?: number;
  readonly limitBytes?: number;
  readonly limitOf?: 'container' | 'machine';
  readonly cpuPressure?: number;
  readonly memoryPressure?: number;
}

/** An operating system's way to tell what there is and what is used. */
export abstract class Machine {
  abstract look(survey: Survey): Promise<MachineState>;
  abstract residentBytes(survey: Survey): Promise<number | undefined>;
}
