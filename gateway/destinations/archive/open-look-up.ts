import { readAddress } from '../../postgres/address.ts';
import type { LookUp, LookUpSettings, LookUpSurroundings } from './look-up.ts';
import { lookIntoPostgres } from './postgres/look-up.ts';
import { lookIntoSqlite } from './sqlite/look-up.ts';

/** Opens the archive that the settings name, to read. Rejects with `NobodyThere`, or a MachimoriError that says what to do. */
export async function openLookUp(
  settings: LookUpSettings,
  surroundings: LookUpSurroundings,
  signal: AbortSignal,
): Promise<LookUp> {
  const address = readAddress(settings.url);
  if (address.engine === undefined) throw new RangeError('the address was not checked');
  return address.engine === 'sqlite'
    ? lookIntoSqlite(address, surroundings)
    : await lookIntoPostgres(address, settings, surroundings, signal);
}
