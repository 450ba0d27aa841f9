import type { LabelledSpan } from '@cortex/text-models';
import type { Entity } from '../doc';
import { isInAddress } from './in-address';
import { withinBorders } from './name-borders';

/** What a model labelled in a text, at the borders of words, without what stands within e-mail and web addresses. */
export function entitiesIn(text: string, spans: readonly LabelledSpan[]): readonly Entity[] {
  const entities: Entity[] = [];
  for (const { start, stop, label, score } of spans) {
    const place = withinBorders(text, { start, end: stop });
    if (!place || place.start < (entities.at(-1)?.end ?? 0) || isInAddress(text, place)) continue;
    entities.push({ ...place, label, text: text.slice(place.start, place.end), score });
  }
  return entities;
}
