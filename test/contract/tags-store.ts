/** An operator's side in a file of SQLite; a level is the minus of a sighting's RSSI. */
import { join } from 'node:path';
import { AT, ibeacon, newOperator, rowOf, sessionOf } from '../gateway/destinations/tags/rig.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { absentFile, missingIn } from './absent-file.ts';
import { close } from './archive-rig.ts';
import type { Store } from './destination-samples.ts';

export async function tagsStore(): Promise<Store> {
  const operator = await newOperator(rowOf('T-1', 1));
  const dataDirectory = temporaryFolder();
  const file = join(dataDirectory, 'tags.sqlite');
  const settings = { url: `sqlite:${file}` };
  const { select, ...absent } = absentFile(file, async () =>
    close(await sessionOf(operator, { settings, dataDirectory })),
  );
  return {
    ...absent,
    settings: {
      ...{ type: 'tags', operators: ['alsok'], retention: '400d', ...settings },
      ...{ operatorKeyFile: operator.keyFile, enrolledFile: operator.enrolledFile },
    },
    readings: (from, to) =>
      Promise.all(
        Array.from({ length: to - from + 1 }, (_, i) =>
          operator.sealed(ibeacon(1), AT + from + i, { rssi: -(from + i) }),
        ),
      ),
    levels: () => select('SELECT rssi FROM sighting').map(({ rssi }) => -Number(rssi)),
    missing: () => missingIn(select),
  };
}
