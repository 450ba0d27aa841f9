import type { LabelledSpan } from '@cortex/text-models';
import type { Entity } from '../doc';
import { isInAddress } from './in-address';

/** What a model labelled in a text, without what stands within e-mail and web addresses. */
export function entitiesIn(text: string, spans: readonly LabelledSpan[]): readonly Entity[] {
  return spans
    .map(({ start, stop: end, label, score }) => ({ start, end, label, text: text.slice(start, end), score }))
    .filter((entity) => !isInAddress(text, entity));
}
