import type { ModelService } from './model-service';

/** What topics measure with. */
export interface Laboratory {
  readonly service: ModelService;
  /** The folder of data sets beside the repository. */
  readonly data: string;
  /** Most entries of each set. */
  readonly most: number;
}

/** A figure that a bound may hold, or that another variant's may be held against. */
export interface Measured {
  readonly measure: string;
  readonly value: number;
  /** Absent for what needs no model. */
  readonly model?: string;
  readonly variant?: string;
}

/** A part of the page. */
export interface Section {
  /** What was measured on what: sizes of sets, and how it is counted. */
  readonly about: string;
  readonly columns: readonly string[];
  /** Shares and the like are numbers, of which three decimals are shown. */
  readonly rows: readonly (readonly (string | number)[])[];
  /** What was missed, in words. */
  readonly notes?: readonly string[];
  readonly measured: readonly Measured[];
}

export interface Topic {
  readonly title: string;
  /** Folders of the data beside the repository; without them it is left out, by name. */
  readonly needs: readonly string[];
  readonly measure: (laboratory: Laboratory) => Promise<Section>;
}

/** At most so many, evenly spread over the set. */
export function sampleOf<Entry>(set: readonly Entry[], most: number): readonly Entry[] {
  if (set.length <= most) return set;
  return Array.from({ length: most }, (_, index) => set[Math.floor((index * set.length) / most)]!);
}
