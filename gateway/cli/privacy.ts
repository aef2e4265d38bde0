/**
 * `machimori privacy erase`: what waits of a tag or an operator is erased, and what is left is looked for. `machimori privacy report`: what
 * personal data this box takes.
 */
import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { fromBase64url } from '../../shared/enrolment/base64url.ts';
import { operatorId, readOperatorList } from '../../shared/enrolment/operators.ts';
import { isoTime } from '../../shared/reading.ts';
import { listed, type Text } from '../../shared/text.ts';
import type { Erased } from '../buffer/sifting/erase.ts';
import { isHub } from '../config/hub.ts';
import type { Config } from '../config/settings.ts';
import { listKeyOf } from '../config/watch-over.ts';
import { askGateway, askRegister, readJson, readLines } from '../control/client.ts';
import type { Whose } from '../destinations/destination.ts';
import { openLog } from '../machine/log.ts';
import { searchFiles } from '../machine/search-files.ts';
import { bufferFileOf } from '../open-buffer.ts';
import { hanging } from '../words/layout.ts';
import { digestOfFile, type ErasureRecord, erasuresFileOf, readErasures, recordErasure } from './erasure-record.ts';
import { loadConfig } from './input.ts';
import { table } from './output.ts';
import { type OperatorFacts, type PrivacyReport, reportPrivacy } from './privacy-report.ts';
import type { Terminal } from './terminal.ts';
import { type Called, UsageError } from './verb.ts';
import type { erasePrivacyUsage, reportPrivacyUsage } from './verbs/privacy.ts';
import { say } from './words/privacy.ts';

const dayMs = 86_400_000;
/** They name whose tags are looked for, and no sighting. */
const NAME_OPERATORS = ['operators.json', 'operators-mark.json', 'operators-list.cbor'];
/** It names destinations, which may be called like an operator. What it holds was read batch by batch. */
const BUFFER = 'buffer.sqlite';

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
  const { archived, elsewhere } = await eraseArchived(config, {
    quantity: tag === undefined ? 'operator' : 'tag',
    is: mark,
  });
  const isDestination = config.destinations.some(({ name }) => name === mark);
  const isPassedOver = (path: string) =>
    tag === undefined && (NAME_OPERATORS.includes(path) || (isDestination && basename(path).startsWith(BUFFER)));
  const { files, bytes, found } = await searchFiles(dataDirectory, new TextEncoder().encode(mark), isPassedOver);
  const record: ErasureRecord = {
    at: isoTime(Date.now()),
    by: userInfo().username,
    kind: tag === undefined ? 'operator' : 'tag',
    readings: Object.values<number>({ ...erased, archived }).reduce((sum, count) => sum + count, 0),
    filesSearched: files,
    bytesSearched: bytes,
    filesFound: found.length,
    bufferDigest: await digestOfFile(bufferFileOf(config)),
  };
  await recordErasure(dataDirectory, record);
  if (json) terminal.writeJson(JSON.stringify({ ...record, ...erased, archived, notErased: elsewhere, found }));
  else {
    terminal.print(say.erased({ ...erased, archived, count: record.readings }));
    terminal.print(say.searched({ files, bytes, folder: dataDirectory }));
    if (record.readings === 0) terminal.print(say.nothingFound());
    if (elsewhere.length > 0) terminal.print(say.notErased({ destinations: listed(elsewhere) }));
    terminal.print(say.recorded({ file: erasuresFileOf(dataDirectory) }));
  }
  if (found.length === 0) return 0;
  terminal.printError(say.stillThere({ files: listed(found) }));
  return 1;
}

/** From archives on this machine; and those on others that may hold some. */
async function eraseArchived({ destinations, gateway }: Config, whose: Whose) {
  let archived = 0;
  const elsewhere: string[] = [];
  for (const { name, destinationType, settings } of destinations) {
    if (destinationType.eraseSightings === undefined) continue;
    const erasing = destinationType.eraseSightings(settings, whose, gateway.dataDirectory);
    if (erasing === undefined) elsewhere.push(name);
    else archived += await erasing;
  }
  return { archived, elsewhere };
}

export async function report({ args, options, terminal }: Called<typeof reportPrivacyUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  const operators = isHub(config) ? await operatorsOfHub(config) : await operatorsOfList(config);
  const made = reportPrivacy(config, { operators, erasures: readErasures(config.gateway.dataDirectory) });
  if (options.json) terminal.writeJson(JSON.stringify(made));
  else print(made, terminal);
  return 0;
}

function operatorsOfHub(config: Config): Promise<OperatorFacts[]> {
  return askRegister(config, async (ask) => {
    const all: OperatorFacts[] = [];
    for await (const line of readLines(ask('list-operators', {}))) all.push(JSON.parse(line) as OperatorFacts); // by a hub of this release
    return all;
  });
}

/** Those of the list that an edge has kept. Rejects with a FormatError if it cannot be read. */
async function operatorsOfList(config: Config): Promise<readonly OperatorFacts[]> {
  const path = join(config.gateway.dataDirectory, 'operators-list.cbor');
  const key = fromBase64url(listKeyOf(config) ?? '');
  if (key === undefined || key.length === 0 || !existsSync(path)) return [];
  return (await readOperatorList(readFileSync(path), key)).operators;
}

function print(made: PrivacyReport, terminal: Terminal): void {
  const { gateway, tenant, detectors, phones, feeds, operators, destinations, erasures, lastErasure } = made;
  const { language, columns } = terminal;
  const days = (ms: number) => +(ms / dayMs).toFixed(1);
  const paragraph = (text: Text) => {
    for (const line of hanging('  ', text[language], columns)) terminal.write(line);
  };
  const rows = (lines: Parameters<typeof table>[0]) => {
    for (const line of table(lines, terminal)) terminal.write(`  ${line}`);
  };
  const heading = (text: Text) => terminal.write(`\n${text[language]}`);
  terminal.print(say.reportOf({ gateway, tenant }));
  heading(say.taken());
  if (detectors.length + phones.length + feeds.length === 0) paragraph(say.nothingTaken());
  rows([
    ...detectors.map(({ id, type, ownTags }) => [id, say.detector({ type }), say.ownTags({ count: ownTags })]),
    ...phones.map((port) => [port, say.phones(), say.sealedOnly()]),
    ...feeds.map((port) => [port, say.others(), say.asTheyCome()]),
  ]);
  heading(say.why());
  if (operators.length === 0) paragraph(say.noOperators());
  for (const { id, name, purpose, retentionMs } of operators) {
    const told = { name: { code: 'operator-name', ...name }, purpose: { code: 'operator-purpose', ...purpose } };
    paragraph(say.operatorIs({ id, days: days(retentionMs), ...told }));
  }
  heading(say.whither());
  if (destinations.length === 0) paragraph(say.nowhere());
  const shares = { 'own-tags': say.getsOwnTags(), all: say.getsAll() };
  rows(
    destinations.map(({ name, type, gets, operators: of, retentionMs }) => [
      name,
      type,
      gets === 'operators' ? say.getsOperators({ operators: listed(of) }) : shares[gets],
      retentionMs === undefined ? say.keepsUnknown() : say.days({ days: days(retentionMs) }),
    ]),
  );
  const { at = '', readings = 0 } = lastErasure ?? {};
  heading(lastErasure === undefined ? say.neverErased() : say.lastErased({ count: erasures, at, readings }));
}
