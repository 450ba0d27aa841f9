import { ScratchDatabase } from '@cortex/postgres/testing';
import { CortexProcess, runningServices } from '@cortex/service-process';
import { CollectionService } from '../collection-service';
import { looksWhile } from '../looks';
import { figure, type Figure } from '../report';
import { PassageSource } from '../retrieval/passage-source';

const MEGABYTES = 200;
const STATIC = 'cortex-embed-small';
const LOOK_MS = 200;
const MIB = 2 ** 20;

/** Resident memory of the server while one text of 200 MB is ingested into PostgreSQL: what it takes at most in the last three quarters of the time against the first one. */
export async function ingestMemory(): Promise<Figure[]> {
  await using database = await ScratchDatabase.make(runningServices().postgres!.url);
  await using server = await CortexProcess.start({ POSTGRES_URL: database.url });
  const service = new CollectionService(server);
  await service.make('large', STATIC);
  const ingested = service.ingestedText('large', text(MEGABYTES * 1_000_000));
  const residentMiB = await looksWhile(ingested, async () => (await server.residentBytes()) / MIB, LOOK_MS);
  const passages = await ingested;
  const quarter = Math.ceil(residentMiB.length / 4);
  const [early, late] = [residentMiB.slice(0, quarter), residentMiB.slice(quarter)].map((looks) => Math.max(...looks)) as [number, number];
  const seconds = Math.round((residentMiB.length * LOOK_MS) / 1_000);
  return [
    figure(
      { suite: 'ingest-memory', case: `memory while a text of ${MEGABYTES} MB is ingested: most later against most in the first quarter`, value: late / early, unit: 'times', reference: `${Math.round(early)} MiB; ${passages} passages in about ${seconds} s`, samples: [] },
      { atMost: 1.25 },
    ),
  ];
}

/** Paragraphs of Cranfield's words. */
function* text(bytes: number): Generator<Uint8Array> {
  const source = new PassageSource();
  for (let sent = 0; sent < bytes; ) {
    const paragraph = Buffer.from(`${source.words(120)}.\n\n`);
    yield paragraph;
    sent += paragraph.length;
  }
}
