/**
 * `machimori privacy erase`: what waits of a tag or an operator is erased, and what is left is looked for. `machimori privacy report`: what
 * personal data this box takes.
 */
import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { fromBase64url } from '../../shared/enrolment/base64url.ts';
import { operatorId, readOperatorList } from '../../shared/enrolment/operators.ts';
import { textOf } from '../../shared/errors.ts';
import { isoTime } from '../../shared/reading.ts';
import { listed, type Text } from '../../shared/text.ts';
import type { Erased } from '../buffer/sifting/erase.ts';
import { isHub } from '../config/hub.ts';
import type { Config } from '../config/settings.ts';
import { ConfigVersions, VERSIONS_FOLDER } from '../config/versions.ts';
import { listKeyOf } from '../config/watch-over.ts';
import { askGateway, askRegister, readJson, readLines } from '../control/client.ts';
import type { DestinationConfig, Whose } from '../destinations/destination.ts';
import { openLog } from '../machine/log.ts';
import { searchFiles } from '../machine/search-files.ts';
import { bufferFileOf } from '../open-buffer.ts';
import { hanging } from '../words/layout.ts';
import { digestOfFile, type ErasureRecord, erasuresFileOf, readErasures, recordErasure } from './erasure-record.ts';
import { loadConfig, readText } from './input.ts';
import { table } from './output.ts';
import { type OperatorFacts, type OperatorsSide, type PrivacyReport, reportPrivacy } from './privacy-report.ts';
import type { Terminal } from './terminal.ts';
import { type Called, UsageError } from './verb.ts';
import type { erasePrivacyUsage, reportPrivacyUsage } from './verbs/privacy.ts';
import { say } from './words/privacy.ts';

const dayMs = 86_400_000;
/** They name whose tags are looked for, and no sighting. */
const NAME_OPERATORS = ['operators.json', 'operators-mark.json', 'operators-list.cbor', 'standing.json'];
/** It names destinations, which may be called like an operator. What it holds was read batch by batch. */
const BUFFER = 'buffer.sqlite';

export async function erase({ args, options, terminal }: Called<typeof erasePrivacyUsage>): Promise<number> {
  const { tag, operator, destination, json } = options;
  const mark = tag ?? operator ?? '';
  if ((tag === undefined) === (operator === undefined) || mark === '') throw new UsageError(say.sayWhose());
  if (operator !== undefined && !v.is(operatorId, operator)) throw new UsageError(say.notOperator({ id: operator }));
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  const { dataDirectory } = config.gateway;
  const archives = archivesOf(config, destination);
  const log = openLog('warn', () => performance.now());
  const erased = await askGateway(config, log, (ask) =>
    readJson<Erased>(ask('erase', tag === undefined ? { operator: mark } : { tag: mark })),
  );
  const whose = { quantity: tag === undefined ? 'operator' : 'tag', is: mark } as const;
  const { archived, elsewhere, failed } = await eraseArchived(archives, whose, dataDirectory);
  const isDestination = config.destinations.some(({ name }) => name === mark);
  if (tag !== undefined) new ConfigVersions(dataDirectory).forget(mark, readText(args.config));
  const namesOperators = (path: string) =>
    NAME_OPERATORS.includes(path) ||
    dirname(path) === VERSIONS_FOLDER ||
    (isDestination && basename(path).startsWith(BUFFER));
  const isPassedOver = (path: string) => tag === undefined && namesOperators(path);
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
  if (json) terminal.writeJson(JSON.stringify({ ...record, ...erased, archived, notErased: elsewhere, failed, found }));
  else {
    terminal.print(say.erased({ ...erased, archived, count: record.readings }));
    terminal.print(say.searched({ files, bytes, folder: dataDirectory }));
    if (record.readings === 0) terminal.print(say.nothingFound());
    if (elsewhere.length > 0) terminal.print(say.notErased({ destinations: listed(elsewhere) }));
    terminal.print(say.recorded({ file: erasuresFileOf(dataDirectory) }));
  }
  if (!json) for (const { destination: name, why } of failed) terminal.printError(say.archiveFailed({ name, why }));
  if (found.length > 0) terminal.printError(say.stillThere({ files: listed(found) }));
  return found.length + failed.length === 0 ? 0 : 1;
}

/** The destinations that keep sightings; of those the one that is named. */
function archivesOf({ destinations }: Config, named: string | undefined): readonly DestinationConfig[] {
  const archives = destinations.filter(({ destinationType }) => destinationType.eraseSightings !== undefined);
  if (named === undefined) return archives;
  const found = archives.filter(({ name }) => name === named);
  if (found.length === 0) {
    const known = listed(archives.map(({ name }) => name));
    throw new UsageError(archives.length === 0 ? say.noArchives() : say.noArchive({ name: named, known }));
  }
  return found;
}

/** From each; which are erased another way, and which could not be now: what is erased elsewhere stays so. */
async function eraseArchived(archives: readonly DestinationConfig[], whose: Whose, dataDirectory: string) {
  let archived = 0;
  const elsewhere: string[] = [];
  const failed: { readonly destination: string; readonly why: Text }[] = [];
  for (const { name, destinationType, settings } of archives) {
    try {
      const erasing = destinationType.eraseSightings?.(settings, whose, dataDirectory);
      if (erasing === undefined) elsewhere.push(name);
      else archived += await erasing;
    } catch (fault) {
      failed.push({ destination: name, why: textOf(fault) });
    }
  }
  return { archived, elsewhere, failed };
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
  const { gateway, tenant, detectors, phones, feeds, operators, destinations, ownSides, erasures, lastErasure } = made;
  const { language, columns } = terminal;
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
  rows(
    destinations.map(({ name, type, gets, operators: of, retentionMs }) => [
      name,
      type,
      sharesOf(gets, of),
      retentionMs === undefined ? say.keepsUnknown() : say.days({ days: days(retentionMs) }),
    ]),
  );
  for (const side of ownSides) {
    heading(say.ownSide({ name: side.name }));
    for (const each of ownSideTexts(side)) paragraph(each);
  }
  if (made.console !== undefined) {
    const { listen, file, viewers, technicians, auditKeptMs } = made.console;
    heading(say.consoleIsOpen({ listen }));
    paragraph(say.consoleAccounts({ viewers, technicians, file }));
    paragraph(say.consoleAudit({ days: days(auditKeptMs) }));
  }
  const { at = '', readings = 0 } = lastErasure ?? {};
  heading(lastErasure === undefined ? say.neverErased() : say.lastErased({ count: erasures, at, readings }));
}

function sharesOf(gets: PrivacyReport['destinations'][number]['gets'], of: readonly string[]): Text {
  const operators = listed(of);
  return {
    'own-tags': say.getsOwnTags,
    all: say.getsAll,
    operators: () => say.getsOperators({ operators }),
    opened: () => say.getsOpened({ operators }),
  }[gets]();
}

/** What is kept, why, for how long, and who is told. */
function ownSideTexts({ operators, retentionMs, enrolledFile, accounts, auditRetentionMs }: OperatorsSide): Text[] {
  const askers =
    accounts === undefined
      ? say.nobodyAsks()
      : accounts === 'unreadable'
        ? say.accountsUnreadable()
        : say.accountsMay({ count: accounts.all, enrol: accounts.mayEnrol, file: accounts.file });
  return [
    say.keepsSightings({ operators: listed(operators), days: days(retentionMs) }),
    say.keepsTable({ file: enrolledFile }),
    askers,
    say.keepsAudit({ days: days(auditRetentionMs) }),
  ];
}

function days(ms: number): number {
  return +(ms / dayMs).toFixed(1);
}
