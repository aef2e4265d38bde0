import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import * as v from 'valibot';
import { parseDuration } from '../../shared/duration.ts';
import { MachimoriError } from '../../shared/errors.ts';
import { plainDigits } from '../../shared/hex.ts';
import { isoTime } from '../../shared/reading.ts';
import { toKebab } from '../config/case.ts';
import type { Config } from '../config/settings.ts';
import { askRegister, readJson, readLines, shareWithGroupOf } from '../control/client.ts';
import { type DeviceLine, readDeviceTable, readKeys, readQrCode } from '../lorawan/device-list.ts';
import { KeyVault } from '../lorawan/key-vault.ts';
import { registerFileOf } from '../lorawan/register.ts';
import { deviceChange, type NewDevice, newDevice } from '../lorawan/registered-device.ts';
import { schemaFault } from '../words/fault.ts';
import { loadConfig, readText } from './input.ts';
import { type List, printList } from './output.ts';
import type { Terminal } from './terminal.ts';
import { type Called, UsageError } from './verb.ts';
import type {
  addDevicesUsage,
  forgetNoncesUsage,
  listDevicesUsage,
  removeDevicesUsage,
  setDevicesUsage,
} from './verbs/lorawan.ts';
import { say as general } from './words/general.ts';
import { say } from './words/lorawan.ts';

type Words = Called<typeof addDevicesUsage>['options'];

export async function addDevices({ args, options, terminal }: Called<typeof addDevicesUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  const devices =
    options.import === undefined
      ? [fromWords(options, config, terminal)]
      : fromTable(options.import, options, config, terminal);
  const unclear = devices.filter(hasTwoRootKeys).length;
  if (unclear > 0) terminal.printError(say.twoRootKeys({ count: unclear }));
  const { keyFile } = config.lorawan;
  // Made here, since a running gateway may not be allowed to write beside its configuration.
  if (!existsSync(keyFile) && !existsSync(registerFileOf(config))) {
    KeyVault.openOrCreate(keyFile);
    shareWithGroupOf(dirname(keyFile), keyFile);
    terminal.printError(say.keepKeys({ file: keyFile }));
  }
  const { added } = await askRegister(config, (ask) => readJson<{ added: number }>(ask('add-devices', { devices })));
  terminal.print(say.added({ count: added }));
  return 0;
}

export async function removeDevices({ args, terminal }: Called<typeof removeDevicesUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  const { removed } = await askRegister(config, (ask) =>
    readJson<{ removed: number }>(ask('remove-devices', { ids: args.ids })),
  );
  terminal.print(say.removed({ count: removed }));
  return 0;
}

export async function setDevices({ args, options, terminal }: Called<typeof setDevicesUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  const wanted = { profile: options.profile, ...windowsOf(options) };
  if (Object.values(wanted).every((value) => value === undefined)) throw new UsageError(say.nothingToSet());
  const change = checked(deviceChange, say.thatDevice()[terminal.language], wanted);
  const { changed } = await askRegister(config, (ask) =>
    readJson<{ changed: number }>(ask('change-devices', { ids: args.ids, change })),
  );
  terminal.print(say.changed({ count: changed }));
  return 0;
}

export async function forgetNonces({ args, terminal }: Called<typeof forgetNoncesUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  const { forgotten } = await askRegister(config, (ask) =>
    readJson<{ forgotten: number }>(ask('forget-nonces', { ids: args.ids })),
  );
  terminal.print(say.forgotten({ count: forgotten }));
  return 0;
}

export async function listDevices({
  args,
  options: { strangers, project, json },
  terminal,
}: Called<typeof listDevicesUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  await askRegister(config, (ask) =>
    strangers
      ? printList(readLines(ask('list-strangers', {})), { ...STRANGERS, json }, terminal)
      : printList(
          readLines(ask('list-devices', project === undefined ? {} : { project })),
          { ...DEVICES, json },
          terminal,
        ),
  );
  return 0;
}

/** A line of the answer to "list-devices". */
interface Listed {
  readonly id: string;
  readonly devEui: string;
  readonly profile: string;
  readonly project: string;
  readonly activation: string;
  readonly version: string;
  readonly readings: number;
  readonly rubbish: number;
  readonly lastAt?: string;
}

const DEVICES: Omit<List, 'json'> = {
  heading: [
    say.idColumn(),
    'DevEUI',
    say.profileColumn(),
    say.projectColumn(),
    say.activationColumn(),
    say.readingsColumn(),
    say.rubbishColumn(),
    say.lastColumn(),
  ],
  none: say.noDevices(),
  cells(line) {
    const listed = JSON.parse(line) as Listed; // by a gateway of this release
    const { id, devEui, profile, project, activation, version, readings, rubbish, lastAt } = listed;
    return [id, devEui, profile, project, `${activation} ${version}`, readings, rubbish, lastAt ?? say.never()];
  },
};

const STRANGERS: Omit<List, 'json'> = {
  heading: ['DevEUI', 'JoinEUI', say.stationColumn(), say.lastColumn()],
  none: say.noStrangers(),
  cells(line) {
    const { devEui = '', joinEui = '-', station = '', at } = JSON.parse(line) as Record<string, string | number>;
    return [devEui, joinEui, station, isoTime(Number(at))];
  },
};

function fromWords(words: Words, { gateway }: Config, terminal: Terminal): NewDevice {
  if (words.id === undefined) throw new UsageError(general.missing({ what: '--id' }));
  if (words.profile === undefined) throw new UsageError(general.missing({ what: '--profile' }));
  if (words.abp && words.chirpstack) {
    throw new UsageError(general.excludeEachOther({ first: '--abp', second: '--chirpstack' }));
  }
  const { devEui, joinEui } = identityIn({ qr: words.qr, devEui: words['dev-eui'], joinEui: words['join-eui'] });
  if (devEui === undefined) throw new UsageError(general.oneIsMissing({ first: '--dev-eui', second: '--qr' }));
  return checked(newDevice, say.thatDevice()[terminal.language], {
    id: words.id,
    project: words.project ?? gateway.tenant,
    devEui,
    joinEui,
    activation: words.abp ? 'abp' : words.chirpstack ? 'chirpstack' : 'otaa',
    version: words.version ?? '1.0.3',
    devAddr: words['dev-addr'],
    allowsCounterReset: words['allow-counter-reset'],
    ...windowsOf(words),
    profile: words.profile,
    group: words.group,
    place: words.place === undefined ? undefined : placeOf(words.place),
    ...limitsOf(words),
    keys:
      words['key-file'] === undefined ? {} : readKeys(readText(words['key-file']), nameOf(words['key-file'], terminal)),
  });
}

/** LoRaWAN 1.0.x has one: either the version is wrong, or the list is ChirpStack's, in which the NwkKey is it. */
function hasTwoRootKeys({ activation, version, keys: { appKey, nwkKey } }: NewDevice): boolean {
  return activation === 'otaa' && version !== '1.1' && nwkKey !== undefined && nwkKey !== appKey;
}

/** Options that say what no two devices share. */
const OF_ONE_DEVICE = ['id', 'dev-eui', 'qr', 'dev-addr', 'key-file'] as const;

function fromTable(file: string, words: Words, { gateway }: Config, terminal: Terminal): readonly NewDevice[] {
  const ofOne = OF_ONE_DEVICE.find((option) => words[option] !== undefined);
  if (ofOne !== undefined) throw new UsageError(general.excludeEachOther({ first: '--import', second: `--${ofOne}` }));
  const name = nameOf(file, terminal);
  const lines = readDeviceTable(readText(file), name, words.profile !== undefined);
  if (lines.length === 0) {
    throw new MachimoriError('bad-list', { what: say.emptyTable(), on: file, hint: say.emptyTableHint() });
  }
  terminal.printError(say.readingTable({ count: lines.length, file: name }));
  return lines.map((line) => checked(newDevice, `${name}:${line.line}`, fromLine(line, words, gateway.tenant)));
}

function fromLine({ cells }: DeviceLine, words: Words, tenant: string): Readonly<Record<string, unknown>> {
  const { id, devAddr, profile, project, version, group, lat, lon, place } = cells;
  const { appKey, nwkKey, nwkSKey, appSKey, fNwkSIntKey, sNwkSIntKey, nwkSEncKey } = cells;
  const { devEui, joinEui = words['join-eui'] } = identityIn(cells);
  const hasPlace = lat !== undefined || lon !== undefined || place !== undefined;
  return {
    id: id ?? (devEui && plainDigits(devEui)),
    project: project ?? words.project ?? tenant,
    devEui,
    joinEui,
    activation: words.chirpstack ? 'chirpstack' : devAddr === undefined ? 'otaa' : 'abp',
    version: version ?? words.version ?? '1.0.3',
    devAddr,
    allowsCounterReset: words['allow-counter-reset'],
    ...windowsOf({
      'rx1-delay': cells.rx1Delay ?? words['rx1-delay'],
      'rx2-data-rate': cells.rx2DataRate ?? words['rx2-data-rate'],
    }),
    profile: profile ?? words.profile,
    group: group ?? words.group,
    place: hasPlace ? whole({ lat: numberIn(lat), lon: numberIn(lon), name: place }) : undefined,
    ...limitsOf(words),
    keys: whole({ appKey, nwkKey, nwkSKey, appSKey, fNwkSIntKey, sNwkSIntKey, nwkSEncKey }),
  };
}

/** The EUIs of a device; a scanner types its QR code where the DevEUI goes. Throws a MachimoriError "bad-qr". */
function identityIn({ qr, devEui, joinEui }: Identity): Omit<Identity, 'qr'> {
  const code = qr ?? (/^\s*LW:/i.test(devEui ?? '') ? devEui : undefined);
  if (code === undefined) return { devEui, joinEui };
  const read = readQrCode(code);
  return { devEui: devEui === code ? read.devEui : (devEui ?? read.devEui), joinEui: joinEui ?? read.joinEui };
}

interface Identity {
  readonly qr?: string | undefined;
  readonly devEui?: string | undefined;
  readonly joinEui?: string | undefined;
}

/** What is checked at the edge, as members of `NewDevice`. */
function limitsOf({ threshold, range }: Pick<Words, 'threshold' | 'range'>): object {
  return { threshold: threshold?.map(thresholdOf) ?? [], range: range?.map(rangeOf) ?? [] };
}

/** Throws a MachimoriError "bad-device", which never repeats a key. */
function checked<S extends typeof newDevice | typeof deviceChange>(
  schema: S,
  on: string,
  members: Readonly<Record<string, unknown>>,
): v.InferOutput<S> {
  const device = whole(members);
  const fault = schemaFault(schema, device);
  if (fault === undefined) return v.parse(schema, device);
  const setting = toKebab(v.getDotPath(fault.issue) ?? '').replace(/-ms$/, '');
  throw new MachimoriError('bad-device', {
    what: say.badDevice({ setting, fault: fault.message }),
    on,
    hint: say.badDeviceHint(),
  });
}

/** Without the members that are undefined. */
function whole(members: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** Receive windows of a device with fixed keys, as members of `NewDevice`. */
function windowsOf(words: Pick<Words, 'rx1-delay' | 'rx2-data-rate'>): object {
  const { 'rx1-delay': delay, 'rx2-data-rate': rate } = words;
  return whole({
    rx1DelayMs: delay === undefined ? undefined : (parseDuration(delay) ?? Number.NaN),
    rx2DataRate: numberIn(rate),
  });
}

function numberIn(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function placeOf(words: string): object {
  const [lat = '', lon = '', ...name] = words.split(',');
  if ([lat, lon].some((word) => word.trim() === '' || Number.isNaN(Number(word)))) {
    throw new UsageError(say.badPlace());
  }
  return whole({ lat: numberIn(lat), lon: numberIn(lon), name: name.length > 0 ? name.join(',') : undefined });
}

function thresholdOf(words: string): object {
  const [alarm, quantity, raise, clear, when, ...rest] = words.split(',');
  const isWhole = alarm !== undefined && quantity !== undefined && raise !== undefined && clear !== undefined;
  if (!isWhole || rest.length > 0) throw new UsageError(say.badThreshold());
  if (Number(clear) > Number(raise) && when === undefined) throw new UsageError(say.lowThreshold({ words }));
  return whole({ alarm, quantity, when, raise: Number(raise), clear: Number(clear) });
}

function rangeOf(words: string): object {
  const [quantity, min, max, ...rest] = words.split(',');
  if (quantity === undefined || min === undefined || max === undefined || rest.length > 0) {
    throw new UsageError(say.badRange());
  }
  const bound = (text: string) => (text === '' ? undefined : Number(text));
  return whole({ quantity, min: bound(min), max: bound(max) });
}

function nameOf(file: string, { language }: Terminal): string {
  return file === '-' ? general.standardInput()[language] : basename(file);
}
