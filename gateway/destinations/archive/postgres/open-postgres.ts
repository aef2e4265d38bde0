/** Opens the archive in PostgreSQL: connected, its tables there, its days made. */
import type { PostgresAddress } from '../../../postgres/address.ts';
import { openInTime } from '../../../postgres/open-in-time.ts';
import { prepareSchema } from '../../../postgres/schema.ts';
import type { DestinationSurroundings } from '../../destination.ts';
import type { ArchiveSettings } from '../settings.ts';
import { PostgresHistory } from './postgres-history.ts';

/** Rejects with `NobodyThere`, or a MachimoriError that says what to do. */
export function openPostgres(
  address: PostgresAddress,
  settings: ArchiveSettings,
  surroundings: DestinationSurroundings,
  signal: AbortSignal,
): Promise<PostgresHistory> {
  const { clock, gateway } = surroundings;
  return openInTime(
    {
      address,
      options: { ...settings, applicationName: `machimori ${gateway}` },
      clock,
      make: (connection) => new PostgresHistory(connection, settings, surroundings),
      async begin(history, { client }) {
        await prepareSchema(client, settings.schema, settings);
        await history.begin();
      },
    },
    signal,
  );
}
