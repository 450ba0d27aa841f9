/** What is done about strain, from nothing to refusing: each stage includes those before it. */
export const STAGES = ['normal', 'shrink-caches', 'drop-low', 'unload-idle', 'refuse'] as const;
export type Stage = (typeof STAGES)[number];

/** The memory pressure at which each stage begins. */
const BEGINS: Record<Stage, number> = { normal: -Infinity, 'shrink-caches': 0.6, 'drop-low': 0.7, 'unload-idle': 0.8, refuse: 0.95 };
/** How far the pressure must fall below its beginning before a stage ends, so that it does not flap. */
const HYSTERESIS = 0.05;

/** Whether `stage` includes what `least` does. */
export function reaches(stage: Stage, least: Stage): boolean {
  return STAGES.indexOf(stage) >= STAGES.indexOf(least);
}

/** The more severe of the two. */
export function worse(one: Stage, other: Stage): Stage {
  return reaches(one, other) ? one : other;
}

/** The stage for a memory pressure (0 at the reserve, 1 at the limit), coming from `current`. */
export function stageAt(pressure: number, current: Stage): Stage {
  return STAGES.findLast((stage) => pressure >= BEGINS[stage] - (reaches(current, stage) ? HYSTERESIS : 0)) ?? 'normal';
}
