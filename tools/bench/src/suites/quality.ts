import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot, sharedFolder } from '@cortex/service-process';
import { bounded } from '../quality/bounds';
import { languages } from '../quality/languages';
import { ModelService } from '../quality/model-service';
import { names } from '../quality/names';
import { markdownOf, type Page } from '../quality/page';
import { personalData } from '../quality/personal-data';
import { retrieval } from '../quality/retrieval';
import { sentences } from '../quality/sentences';
import { sentiment } from '../quality/sentiment';
import type { Topic } from '../quality/topic';
import { unnamed } from '../quality/unnamed';
import { windows } from '../quality/windows';
import type { Figure } from '../report';

const TOPICS: readonly Topic[] = [names, unnamed, windows, sentiment, languages, personalData, sentences, retrieval];
const DATA = join(sharedFolder, 'data');
const PAGE = join(repositoryRoot, 'tools/bench/QUALITY.md');

export interface QualityOptions {
  /** Most entries of each set. Default: all. */
  readonly sample?: number;
  /** Writes the committed page. */
  readonly write?: boolean;
}

/** How right the answers of every installed model and of the rules are. Prints its page, too, for what has no bound. */
export async function quality({ sample = Infinity, write = false }: QualityOptions): Promise<Figure[]> {
  await using service = await ModelService.start();
  const sections: Page['sections'][number][] = [];
  const skipped: string[] = [];
  for (const { title, needs, measure } of TOPICS) {
    const lacking = needs.filter((need) => !existsSync(join(DATA, need)));
    if (lacking.length > 0) {
      skipped.push(`${title}: it needs ${lacking.map((need) => `../shared/data/${need}`).join(', ')}`);
      process.stderr.write(`skipped ${skipped.at(-1)}\n`);
      continue;
    }
    process.stderr.write(`  ${title} …\n`);
    sections.push({ title, ...(await measure({ service, data: DATA, most: sample })) });
  }
  const bounds = bounded(sections.flatMap(({ measured }) => measured));
  const page = markdownOf({ date: new Date().toISOString().slice(0, 10), bounds, sections, skipped });
  if (write) await writeFile(PAGE, page);
  process.stderr.write(`\n${page}\n`);
  return [...bounds];
}
