import { NAME_PATTERN } from '../model-reference';
import type { ModelRegistry } from '../model-registry';
import { InvalidAliasError } from '../registry.errors';

/** Refuses what can be no alias of a model: its versions answer to their own names. @throws InvalidAliasError, ModelNotFoundError */
export function refuseAlias(registry: ModelRegistry, name: string, alias: string): void {
  const versions = registry.versionsOf(name);
  if (!NAME_PATTERN.test(alias)) throw new InvalidAliasError(alias, "is not written with letters, digits, '.', '_' and '-'");
  if (versions.some(({ version }) => version === alias)) throw new InvalidAliasError(alias, 'is the name of a version');
}
