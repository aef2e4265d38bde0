/** An archive in a file of SQLite. */
import { join } from 'node:path';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { absentFile, missingIn } from './absent-file.ts';
import { close, sessionAt } from './archive-rig.ts';
import type { Store } from './destination-samples.ts';

export async function archiveStore(): Promise<Store> {
  const dataDirectory = temporaryFolder();
  const file = join(dataDirectory, 'history.sqlite');
  const settings = { url: `sqlite:${file}` };
  const { select, ...absent } = absentFile(file, async () => close(await sessionAt({ settings, dataDirectory })));
  return {
    ...absent,
    settings: { type: 'archive', ...settings },
    levels: () => select('SELECT "values" FROM reading').map(({ values }) => Number(JSON.parse(String(values)).level)),
    missing: () => missingIn(select),
  };
}
