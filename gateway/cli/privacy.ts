/** `machimori privacy erase`: what waits of a tag or an operator is erased, and what is left is looked for. */
import { userInfo } from 'node:os';
import * as v from 'valibot';
import { operatorId } from '../../shared/enrolment/operators.ts';
import { isoTime } from '../../shared/reading.ts';
import { listed } from '../../shared/text.ts';
import type { Erased } from '../buffer/sifting/erase.ts';
import { askGateway, readJson } from '../control/client.ts';
import { openLog } from '../machine/log.ts';
import { searchFiles } from '../machine/search-files.ts';
import { bufferFileOf } from '../open-buffer.ts';
import { digestOfFile, type ErasureRecord, erasuresFileOf, recordErasure } from './erasure-record.ts';
import { loadConfig } from './input.ts';
import { type Called, UsageError } from './verb.ts';
import type { erasePrivacyUsage } from './verbs/privacy.ts';
import { say } from './words/privacy.ts';

/** They name whose tags are looked for, and no sighting. */
const NAME_OPERATORS = ['operators.json', 'operators-list.cbor'];

export async function erase({ args, options, terminal }: Called<typeof erasePrivacyUsage>): Promise<number> {
  const { tag, operator, json } = options;
  const mark = tag ?? operator ?? '';
  if ((tag === undefined) === (operator === undefined) || mark === '') throw new UsageError(say.sayWhose());
  if (operator !== undefined && !v.is(operatorId, operator)) throw new UsageError(say.notOperator({ id: operator }));
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  const { dataDirectory } = config.gateway;
  const log = openLog('warn', () => performance.now());
  const erased = await askGateway(config, log, (ask) =>
    readJson<Erased>(ask('erase', tag === undefined ? { operator: mark } : { tag: mark })),
  );
  const isPassedOver = (path: string) => tag === undefined && NAME_OPERATORS.includes(path);
  const { files, bytes, found } = await searchFiles(dataDirectory, new TextEncoder().encode(mark), isPassedOver);
  const record: ErasureRecord = {
    at: isoTime(Date.now()),
    by: userInfo().username,
    kind: tag === undefined ? 'operator' : 'tag',
    readings: Object.values<number>({ ...erased }).reduce((sum, count) => sum + count, 0),
    filesSearched: files,
    bytesSearched: bytes,
    filesFound: found.length,
    bufferDigest: await digestOfFile(bufferFileOf(config)),
  };
  await recordErasure(dataDirectory, record);
  if (json) terminal.writeJson(JSON.stringify({ ...record, ...erased, found }));
  else {
    terminal.print(say.erased({ ...erased, count: record.readings }));
    terminal.print(say.searched({ files, bytes, folder: dataDirectory }));
    terminal.print(say.recorded({ file: erasuresFileOf(dataDirectory) }));
  }
  if (found.length === 0) return 0;
  terminal.printError(say.stillThere({ files: listed(found) }));
  return 1;
}
