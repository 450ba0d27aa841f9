import { SilentTelemetry, type Labels, type Metric } from '@cortex/kernel';

/** Remembers every value of every histogram, with its labels. */
export class RecordingTelemetry extends SilentTelemetry {
  readonly values: { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number }[] = [];

  override histogram<L extends string>(metric?: Metric<L>, labels?: Labels<L>): (value: number) => void {
    return (value) => void this.values.push({ name: metric?.name ?? '', labels: labels ?? {}, value });
  }
}
