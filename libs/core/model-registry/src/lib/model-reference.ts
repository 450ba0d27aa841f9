import { InvalidReferenceError } from './registry.errors';

/** What names, versions, aliases and variants look like. */
export const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
/** The alias that a plain name stands for. */
export const LATEST = 'latest';

const PART = '[A-Za-z0-9][A-Za-z0-9._-]{0,127}';
const REFERENCE = new RegExp(`^(${PART})(?:@(${PART}))?(?:\\+(${PART}))?$`);

/** A model as a caller names it; `version` may be an alias. */
export interface ModelReference {
  readonly name: string;
  readonly version?: string;
  readonly variant?: string;
}

/** Reads `name[@version|@alias][+variant]`. @throws InvalidReferenceError */
export function parseModelReference(text: string): ModelReference {
  const [, name, version, variant] = REFERENCE.exec(text) ?? [];
  if (name === undefined) throw new InvalidReferenceError(text);
  return { name, version, variant };
}

/** The inverse of `parseModelReference`. */
export function printModelReference({ name, version, variant }: ModelReference): string {
  return `${name}${version === undefined ? '' : `@${version}`}${variant === undefined ? '' : `+${variant}`}`;
}
