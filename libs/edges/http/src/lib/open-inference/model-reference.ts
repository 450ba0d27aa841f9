import { quote } from '@cortex/kernel';
import { parseModelReference, printModelReference } from '@cortex/model-registry';
import { InvalidRequestError } from '../http.errors';

/** The reference that an address names: `/models/m`, `/models/m+int8`, `/models/m@2`, `/models/m+int8/versions/2`. */
export function referenceOf({ model = '', version }: Readonly<Record<string, string>>): string {
  if (version === undefined) return model;
  const reference = parseModelReference(model);
  if (reference.version !== undefined) throw new InvalidRequestError('version', `the address names two versions: ${quote(model)} and ${quote(version)}`);
  return printModelReference({ ...reference, version });
}
