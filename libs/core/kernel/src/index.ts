export { CortexError, assertNever, codeOf, quote, type ErrorKind } from './lib/cortex-error';
export { Clock, SystemClock } from './lib/clock';
export { Telemetry, SilentTelemetry, type Labels, type Metric } from './lib/telemetry.port';
export { ChangeSignal, SilentChangeSignal } from './lib/change-signal.port';
export { type DependencyHealth } from './lib/dependency-health';
export { type Amounts, type Budget, type Resource } from './lib/budget';
export { Timings } from './lib/timings';
export { formatBytes, parseBytes, parseDurationMs } from './lib/quantities';
export { once } from './lib/once';
export { syncFolder } from './lib/sync-folder';
export { systemCodeOf } from './lib/system-code';
export { traceIdOf } from './lib/trace-parent';
export {
  CallerGoneError,
  DeadlineExceededError,
  PRIORITIES,
  RANK,
  hasLeft,
  internalContext,
  throwIfLeft,
  type CachePolicy,
  type Priority,
  type RequestContext,
} from './lib/request-context';
