import type { PiiRecognizer, Sighting } from '../recognizer';
import { isTopLevelDomain } from '../top-level-domains';

/** RFC 5321's limit of what stands before the @. */
const LOCAL_LIMIT = 64;
/** What people and providers use before the @; `=`, `/`, `|` and the like, which RFC 5322 also allows, separate fields far more often. */
const LOCAL = /[\p{L}\p{N}\p{M}._%+'-]/u;
const LABEL = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?`;
const DOMAIN = new RegExp(String.raw`(?:${LABEL}\.){1,8}((?:xn--[a-z0-9-]{1,58}|\p{L}[\p{L}\p{M}]{1,23}))(?![\p{L}\p{N}_@])`, 'uy');

export const email: PiiRecognizer = {
  name: 'EmailRecognizer',
  entity: 'EMAIL_ADDRESS',
  context: ['email', 'e-mail', 'mail', 'contact'],
  signs: { mark: /@/ },
  *sightings(text) {
    for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
      const found = addressAround(text, at);
      if (found) yield found;
    }
  },
};

function addressAround(text: string, at: number): Sighting | undefined {
  DOMAIN.lastIndex = at + 1;
  const ending = DOMAIN.exec(text)?.[1];
  if (ending === undefined) return undefined;
  const end = DOMAIN.lastIndex;
  const start = beginningOf(text, at);
  return start < at ? { start, end, score: isTopLevelDomain(ending) ? 1 : 0.5 } : undefined;
}

/** The first letter, digit or underscore of what may stand before the @; `at` itself where nothing may. */
function beginningOf(text: string, at: number): number {
  let start = at;
  const limit = Math.max(0, at - LOCAL_LIMIT);
  while (start > limit && LOCAL.test(text[start - 1]!)) start -= 1;
  while (start < at && !/[\p{L}\p{N}_+]/u.test(text[start]!)) start += 1;
  return text[at - 1] === '.' ? at : start;
}
