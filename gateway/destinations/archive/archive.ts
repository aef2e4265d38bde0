/**
 * The destination `archive`: the history, in SQLite on the box or in PostgreSQL.
 *
 *   batches, gaps ─▶ decode, choose (incoming.ts) ─▶ group commit ─▶ one transaction: judge, write (sqlite/, postgres/) ─▶ receipts
 *
 * Promise: a receipt means that the readings are committed and durable, each once by (tenant, gateway, epoch, number, index). What one
 * reading has that the database does not take costs only that reading, which is refused with the reason. When the database goes away
 * the session ends, and everything without a receipt goes again. Bounds: group-commit.ts; each engine states its own.
 */
import { type PostgresAddress, readAddress, type SqliteAddress } from '../../postgres/address.ts';
import { archiveAt, archiveNeeds } from '../../postgres/settings.ts';
import type { Destination, DestinationSurroundings, DestinationType, Whose } from '../destination.ts';
import { type ArchiveSettings, archiveSettings, checkArchive } from './settings.ts';
import { say } from './words.ts';

export const archiveType: DestinationType<typeof archiveSettings> = {
  name: 'archive',
  settings: archiveSettings,
  check: checkArchive,
  storesOnce: ({ url }) => readAddress(url).engine === 'postgres',
  needs: archiveNeeds,
  place: archiveAt,
  samePlace: say.sameTables,
  open,
  eraseSightings(settings, whose, dataDirectory) {
    const address = readAddress(settings.url);
    if (address.engine === undefined) throw new RangeError('the address was not checked');
    return erase(address, settings, whose, dataDirectory);
  },
};

function open(settings: ArchiveSettings, surroundings: DestinationSurroundings): Destination {
  const { name, window, windowSizeBytes: windowBytes, reconnectWithinMs } = settings;
  return {
    ...{ name, window, windowBytes, reconnectWithinMs },
    open: async (signal) => (await import('./session.ts')).openSession(settings, surroundings, signal), // who has no archive does not load it
  };
}

async function erase(
  address: SqliteAddress | PostgresAddress,
  settings: ArchiveSettings,
  whose: Whose,
  folder: string,
): Promise<number> {
  if (address.engine === 'sqlite')
    return (await import('./sqlite/erase-sightings.ts')).eraseSightings(address, folder, whose);
  return (await import('./postgres/erase-sightings.ts')).eraseSightings(address, settings, whose);
}
