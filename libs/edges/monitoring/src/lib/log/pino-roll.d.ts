/** What is used of pino-roll, which brings no types. */
declare module 'pino-roll' {
  import type { EventEmitter } from 'node:events';

  namespace roll {
    interface RollOptions {
      file: string;
      extension?: string;
      /** A number with its unit: `1000b`. */
      size?: string;
      limit?: { count: number; removeOtherLogFiles?: boolean };
      mkdir?: boolean;
      mode?: number;
      maxLength?: number;
    }

    interface RollingFile extends EventEmitter {
      write(line: string): boolean;
      end(): void;
      destroy(): void;
    }
  }

  function roll(options: roll.RollOptions): Promise<roll.RollingFile>;
  export = roll;
}
