/** The made-up month in an archive of each engine, for the tests of a file. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll } from 'vitest';
import type { LookUp } from '../../../gateway/destinations/archive/look-up.ts';
import { openLookUp } from '../../../gateway/destinations/archive/open-look-up.ts';
import {
  archiveAt,
  close,
  type Place,
  postgresPlace,
  sqlitePlace,
  standingFolder,
} from '../../contract/archive-rig.ts';
import { isPostgresMissing, type Postgres, startPostgres } from '../../postgres/postgres.ts';
import { DESCRIPTIONS, SetClock, store } from './made-up-month.ts';

/** Both engines, whether each is missing here, and a new place in it. Starts PostgreSQL before the tests and ends it after them. */
export function engines(): readonly [name: string, isMissing: boolean, placeOf: () => Place][] {
  let postgres: Postgres | undefined;
  beforeAll(async () => {
    if (!isPostgresMissing) postgres = await startPostgres();
  });
  afterAll(() => postgres?.remove());
  const inPostgres = () => {
    if (postgres === undefined) throw new Error('PostgreSQL has not started');
    return postgresPlace(postgres, standingFolder());
  };
  return [
    ['SQLite', false, () => sqlitePlace(standingFolder())],
    ['PostgreSQL', isPostgresMissing, inPostgres],
  ];
}

/** Stores the month before the tests of a `describe`. Returns what opens it to be read. */
export function archivedMonth(placeOf: () => Place): () => Promise<LookUp> {
  let place: Place;
  beforeAll(async () => {
    place = placeOf();
    const clock = new SetClock();
    const describe = (device: string) => DESCRIPTIONS[device] as never; // what matters of it here
    const session = await archiveAt(place, { surroundings: { clock, describe } }).open(new AbortController().signal);
    await store(session, clock);
    await close(session);
  }, 60_000);
  afterAll(() => rmSync(place.dataDirectory, { recursive: true, force: true }));
  return () => {
    const settings = { schema: 'machimori', answerTimeoutMs: 60_000, ...place.settings } as never; // url and schema
    const surroundings = { dataDirectory: place.dataDirectory, applicationName: 'test' };
    return openLookUp(settings, surroundings, new AbortController().signal);
  };
}
