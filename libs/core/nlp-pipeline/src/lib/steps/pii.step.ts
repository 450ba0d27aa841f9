import { z } from 'zod';
import { searchPii } from '../pii/find-pii';
import { namesAsPii } from '../pii/name-types';
import type { PiiFinding } from '../pii/pii-finding';
import { PII_RULES } from '../pii/recognizers';
import type { Run } from '../run';
import { defineStep } from './define-step';
import { eachDoc } from './each-doc';

const parameters = z.strictObject({
  /** Only these types, e.g. EMAIL_ADDRESS, PERSON. Default all. */
  entities: z.array(z.string().min(1)).min(1).optional(),
  /** Findings below are left out. */
  scoreThreshold: z.number().min(0).max(1).default(0.4),
  /** Pieces of text that are no personal data here. */
  allowList: z.array(z.string()).max(10_000).default([]),
});
type PiiParameters = z.output<typeof parameters>;

/** How much is searched at once, and how much around it is seen: more than the longest form and the words beside it. */
const STRETCH = 32_768;
const AROUND = 1_024;

/** Gives `pii`: personal data by form and check digits, and names and places where `ents` are found, too. */
export const pii = defineStep({
  use: 'pii',
  parameters,
  make: (options) => ({
    gives: 'pii',
    uses: ['language', 'ents'],
    run: (docs, run) =>
      eachDoc<readonly PiiFinding[]>(docs, run, async ({ text, parts: { language, ents = [] }, engines }) => {
        const code = language?.code === 'unknown' ? undefined : language?.code;
        const found = namesAsPii(ents, text, engines['ents'] ?? 'entities');
        const value = await search(text, run, { ...options, found, ...(code !== undefined && { language: code }) });
        return { value, engine: found.length > 0 ? `${PII_RULES}, ${engines['ents']}` : PII_RULES };
      }),
  }),
});

/** Stretch by stretch, so that the thread is given up between; a finding belongs to the stretch that it begins in. */
async function search(text: string, run: Run, options: PiiParameters & { readonly found: readonly PiiFinding[]; readonly language?: string }): Promise<readonly PiiFinding[]> {
  const findings: PiiFinding[] = [];
  for (let start = 0; start < text.length; start += STRETCH) {
    if (run.pace.isDue()) await run.pace.rest();
    const from = Math.max(0, start - AROUND);
    const piece = text.slice(from, start + STRETCH + AROUND);
    const found = options.found.filter((one) => one.start >= from && one.end <= from + piece.length).map((one) => moved(one, -from));
    const inPiece = (await run.pace.through(searchPii(piece, { ...options, found }))).map((finding) => moved(finding, from));
    findings.push(...inPiece.filter((finding) => finding.start >= start && finding.start < start + STRETCH));
  }
  return findings;
}

function moved<Finding extends PiiFinding>(finding: Finding, by: number): Finding {
  return { ...finding, start: finding.start + by, end: finding.end + by };
}
