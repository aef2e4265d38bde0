/** Opens the archive's file, or begins it, within `maxSizeBytes`. */
import type { SqliteAddress } from '../../../postgres/address.ts';
import type { DestinationSurroundings } from '../../destination.ts';
import { openFile } from '../../sqlite/open-file.ts';
import type { ArchiveSettings } from '../settings.ts';
import { maxFileBytes, maxLogBytes } from './file-size.ts';
import { migrate } from './schema.ts';
import { SqliteHistory } from './sqlite-history.ts';

/** Small, since a commit writes whole ones. */
const pageBytes = 1_024;
const cacheKib = 4_096;

/** Rejects with a MachimoriError: "archive-unusable", "archive-not-ours", "archive-too-new". */
export function openSqlite(
  { file }: SqliteAddress,
  settings: ArchiveSettings,
  surroundings: DestinationSurroundings,
  signal: AbortSignal,
): Promise<SqliteHistory> {
  const { answerTimeoutMs, maxSizeBytes, personal } = settings;
  return openFile(
    file,
    {
      ...{ answerTimeoutMs, pageBytes, cacheKib, maxLogBytes, maxFileBytes: maxFileBytes(maxSizeBytes) },
      overwrites: personal,
      shrinks: true, // so that a smaller max-size can be kept
      prepare: migrate,
    },
    surroundings,
    signal,
    (opened) => new SqliteHistory(opened, settings, surroundings),
  );
}
