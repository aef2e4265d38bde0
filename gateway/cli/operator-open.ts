/**
 * `machimori operator open`: at the operator's side, sealed sightings of enrolled tags. What is not enrolled is dropped as soon as it is
 * opened: neither printed nor written, only counted.
 */
import { FormatError } from '../../shared/errors.ts';
import { isoTime } from '../../shared/reading.ts';
import { type EnrolledTag, readEnrolledTags } from '../destinations/tags/enrolled-tags.ts';
import { openerOf } from '../destinations/tags/operator-key.ts';
import { RotatingTags } from '../destinations/tags/rotating-tags.ts';
import { type CsvCell, csvLine } from '../report/csv.ts';
import { readSightings, type SealedRow } from './sealed-sightings.ts';
import { type Called, UsageError } from './verb.ts';
import type { openSightingsUsage } from './verbs/operator.ts';
import { say } from './words/operator.ts';

const COLUMNS = [
  ...['tag', 'consent', 'opt_in', 'operator', 'tenant', 'gateway', 'device', 'observed_at'],
  ...['rssi', 'rssi_mean', 'count', 'first_at', 'last_at'],
] as const;

/** Exit code 1 if not one could be opened, as with the wrong key. */
export async function openSightings({ args, options, terminal }: Called<typeof openSightingsUsage>): Promise<number> {
  const { key, enrolled, json } = options;
  if (key === undefined) throw new UsageError(say.needsOption({ option: '--key' }));
  if (enrolled === undefined) throw new UsageError(say.needsOption({ option: '--enrolled' }));
  const opener = await openerOf(key);
  const tags = new RotatingTags(await readEnrolledTags(enrolled), new Map());
  const counts = { all: 0, opened: 0, others: 0, unreadable: 0 };
  if (!json) terminal.write(csvLine(COLUMNS));
  await readSightings(args.sightings, async (row) => {
    counts.all++;
    try {
      const { id } = await opener.open(row.sealed, row.about);
      const tag = await tags.find(id, row.about.observedAt);
      if (tag === undefined) {
        counts.others++;
        return;
      }
      counts.opened++;
      const cells = cellsOf(row, tag);
      if (json) terminal.writeJson(JSON.stringify(Object.fromEntries(COLUMNS.map((name, i) => [name, cells[i]]))));
      else terminal.write(csvLine(cells));
    } catch (fault) {
      if (!(fault instanceof FormatError)) throw fault;
      counts.unreadable++;
    }
  });
  terminal.printError(say.opened(counts));
  return counts.all > 0 && counts.unreadable === counts.all ? 1 : 0;
}

/** In the order of `COLUMNS`. */
function cellsOf({ about, tenant, gateway, values }: SealedRow, { tag, consent, optIn }: EnrolledTag): CsvCell[] {
  const number = (name: string) => (typeof values[name] === 'number' ? values[name] : undefined);
  const time = (name: string) => (typeof values[name] === 'number' ? isoTime(values[name]) : undefined);
  return [
    ...[tag, consent, optIn, about.operator, tenant, gateway, about.device, isoTime(about.observedAt)],
    ...[number('rssi'), number('rssiMean'), number('count'), time('firstAt'), time('lastAt')],
  ];
}
