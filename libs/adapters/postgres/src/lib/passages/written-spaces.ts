import { VectorWidthError } from '@cortex/query';
import type { EntityManager } from 'typeorm';
import { findSpace, type Place, type Space } from './place';

const MAKE = 'INSERT INTO passage_spaces (tenant, collection, name, width) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING';

/** The spaces that vectors belong to, by name; made where they are absent. @throws VectorWidthError */
export async function writtenSpaces(manager: EntityManager, place: Place, vectors: Iterable<Readonly<Record<string, Float32Array>>>): Promise<ReadonlyMap<string, Space>> {
  const spaces = new Map<string, Space>();
  for (const [name, { length }] of [...vectors].flatMap((some) => Object.entries(some))) {
    const space = spaces.get(name) ?? (await found(manager, place, { name, width: length }));
    if (space.width !== length) throw new VectorWidthError(length, space.width);
    spaces.set(name, space);
  }
  return spaces;
}

async function found(manager: EntityManager, place: Place, { name, width }: { readonly name: string; readonly width: number }): Promise<Space> {
  const before = await findSpace(manager, place, name);
  if (before) return before;
  await manager.query(MAKE, [place.tenant, place.id, name, width]);
  return (await findSpace(manager, place, name))!;
}
