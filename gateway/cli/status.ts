import { accessSync, constants } from 'node:fs';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { isoTime, SILENT, type Value } from '../../shared/reading.ts';
import { listed, printable, type Text } from '../../shared/text.ts';
import { unitSign } from '../../shared/unit-signs.ts';
import { askStatus } from '../control/client.ts';
import { stateText } from '../outputs/state-text.ts';
import type { Status } from '../status/status.ts';
import { hanging } from '../words/layout.ts';
import { loadConfig } from './input.ts';
import type { Terminal } from './terminal.ts';
import type { Called } from './verb.ts';
import { INSTALLED_CONFIG, type statusUsage } from './verbs/gateway.ts';
import { say } from './words/status.ts';

/** Where a status server listens by default: what is asked if nothing is named and nothing is installed. */
const DEFAULT_ADDRESS = '127.0.0.1:9464';
const answerWithinMs = 5_000;
const maxDevicesShown = 100;
const maxAlarmsShown = 10;

export async function status({
  args: { config: file },
  options: { address, json },
  terminal,
}: Called<typeof statusUsage>): Promise<number> {
  const answer = await ask(file, address, terminal);
  if (answer === undefined) return 1;
  if (json) terminal.writeJson(JSON.stringify(answer));
  else show(answer, terminal);
  return answer.healthy ? 0 : 1;
}

/** Undefined if the configuration is faulty, which has been said then. */
async function ask(
  file: string | undefined,
  address: string | undefined,
  terminal: Terminal,
): Promise<Status | undefined> {
  if (address !== undefined) return askServer(address);
  if (file === undefined && !isReadable(INSTALLED_CONFIG)) return askServer(DEFAULT_ADDRESS);
  const config = loadConfig(file ?? INSTALLED_CONFIG, terminal);
  return config === undefined ? undefined : askStatus(config);
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

async function askServer(address: string): Promise<Status> {
  try {
    const response = await fetch(`http://${address}/healthz`, { signal: AbortSignal.timeout(answerWithinMs) });
    return (await response.json()) as Status; // the answer of our own server
  } catch (cause) {
    throw new MachimoriError('no-gateway', {
      what: say.noAnswer({ why: messageOf(cause instanceof Error && cause.cause ? cause.cause : cause) }),
      on: address,
      hint: say.noAnswerHint(),
      cause,
    });
  }
}

/** A heading with what stands below it. */
interface Section {
  readonly title: Text;
  readonly items: readonly Item[];
}

interface Item {
  readonly head: Text;
  readonly details: readonly Text[];
}

/** Writes it for people. */
export function show(status: Status, terminal: Terminal): void {
  const { language, columns, rows } = terminal;
  const { gateway, tenant, version, startedAt } = status;
  const laidOut = (first: string, text: Text) => hanging(first, printable(text[language]), columns);
  const verdict = verdictOf(status).flatMap(([first, text]) => laidOut(first, text));
  const lines = [
    ...laidOut('', say.title({ gateway, tenant, version })),
    ...laidOut('', say.runningSince({ at: startedAt })),
    ...verdict,
    ...sectionsOf(status).flatMap(({ title, items }) => [
      '',
      ...laidOut('', title),
      ...items.flatMap(({ head, details }) => [
        ...laidOut('  ', head),
        ...details.flatMap((detail) => laidOut('    ', detail)),
      ]),
    ]),
  ];
  // What has scrolled away is said again, where it is seen.
  if (rows !== undefined && lines.length >= rows) lines.push('', ...verdict.slice(0, rows - 2));
  terminal.write(lines.join('\n'));
}

/** What is wrong, then the alarms that stand; each with what its first line begins with. */
function verdictOf({ problems, devices }: Status): (readonly [string, Text])[] {
  const alarms = Object.entries(devices).flatMap(([id, device]) =>
    (device.alarms ?? []).flatMap((alarm) =>
      alarm === SILENT ? [] : [say.alarmStands({ alarm, id, values: valuesText(device) })],
    ),
  );
  return [
    ...(problems.length === 0 ? [['', say.allIsWell()] as const] : []),
    ...problems.map((problem) => ['! ', problem] as const),
    ...alarms.slice(0, maxAlarmsShown).map((alarm) => ['* ', alarm] as const),
    ...(alarms.length > maxAlarmsShown
      ? [['* ', say.moreAlarms({ count: alarms.length - maxAlarmsShown })] as const]
      : []),
  ];
}

function outputSections(outputs: Status['outputs']): Section[] {
  const items = Object.entries(outputs).map(([name, state]) => ({ head: stateText(name, state), details: [] }));
  return items.length === 0 ? [] : [{ title: say.outputs(), items }];
}

function sectionsOf(status: Status): Section[] {
  const { ports, buffer } = status;
  const used = (buffer.usedBytes / 1e6).toFixed(1);
  const { open = 0, held = 0, dropped = 0 } = buffer; // a gateway of another release may not say them
  const room = say.bufferCounts({ used, max: (buffer.maxBytes / 1e6).toFixed(0), open, held, dropped });
  return [
    { title: say.ports(), items: Object.entries(ports).map(([name, port]) => portItem(name, port)) },
    { title: say.devices(), items: deviceItems(status.devices) },
    ...gatewaySections(status.gateways ?? []),
    ...lorawanSections(status.lorawan),
    ...watchOverSections(status.watchOver),
    ...outputSections(status.outputs ?? {}),
    ...consoleSections(status.console),
    { title: say.buffer(), items: [{ head: room, details: [] }] },
    { title: say.destinations(), items: Object.keys(buffer.outboxes).map((name) => destinationItem(name, status)) },
  ].filter(({ items }) => items.length > 0); // a hub may have no device
}

function portItem(name: string, port: Status['ports'][string]): Item {
  const { path, state, why, bytes, frames, readings, rubbish, stations = {} } = port;
  const codes = listed(Object.entries(port.rubbishByCode).map(([code, count]) => say.codeAndCount({ code, count })));
  return {
    head: state === 'open' ? say.portOpen({ name, path }) : say.portClosed({ name, path, why: why ?? '' }),
    details: [
      say.portCounts({
        bytes,
        bytesAgo: ago(port.lastBytesAt),
        frames,
        framesAgo: ago(port.lastFrameAt),
        readings,
        readingsAgo: ago(port.lastReadingAt),
      }),
      rubbish === 0
        ? say.noRubbish()
        : say.rubbish({ count: rubbish, ago: ago(port.lastRubbishAt), codes, last: port.lastRubbish ?? '' }),
      ...Object.entries(stations).map(([station, { frames: heard, lastAt }]) =>
        say.station({ station, frames: heard, ago: ago(lastAt) }),
      ),
    ],
  };
}

function deviceItems(devices: Status['devices']): Item[] {
  const all = Object.entries(devices);
  const shown = all.slice(0, maxDevicesShown).map(([id, device]) => deviceItem(id, device));
  const more = all.length - shown.length;
  return more === 0 ? shown : [...shown, { head: say.moreDevices({ count: more }), details: [] }];
}

/** Those that need somebody come first. */
function gatewaySections(gateways: Status['gateways']): Section[] {
  if (gateways.length === 0) return [];
  const worst = gateways.toSorted((a, b) => troubleOf(b) - troubleOf(a));
  const items = worst.slice(0, maxDevicesShown).map(gatewayItem);
  const more = gateways.length - items.length;
  return [
    {
      title: say.gateways({ count: gateways.length }),
      items: more === 0 ? items : [...items, { head: say.moreGateways({ count: more }), details: [] }],
    },
  ];
}

function troubleOf({ hasRival, state, batches, problems }: Status['gateways'][number]): number {
  return (hasRival ? 8 : 0) + (state === 'offline' ? 4 : 0) + (problems > 0 ? 2 : 0) + (batches.missing > 0 ? 1 : 0);
}

function gatewayItem(sight: Status['gateways'][number]): Item {
  const { tenant, gateway, isHub, state, heardAt, lastBatchAt, batches, latenessMs, software, problems, expected } =
    sight;
  const name = `${tenant}/${gateway}`;
  const all = batches.arrived + batches.lost + batches.missing;
  const details: Text[] = [];
  if (expected?.state === 'silent') details.push(say.silent());
  if (expected?.hasLeft === true) details.push(say.saidGoodbye());
  if (expected?.awayUntil !== undefined) details.push(say.underMaintenance({ until: isoTime(expected.awayUntil) }));
  if (heardAt !== undefined) details.push(say.gatewayHeard({ ago: ago(heardAt), batchAgo: ago(lastBatchAt) }));
  if (all > 0) {
    const share = (Math.floor((batches.arrived / all) * 10_000) / 100).toFixed(2);
    details.push(say.completeness({ share, missing: batches.missing, lost: batches.lost }));
  }
  if (latenessMs !== undefined) {
    const [p50, p99] = [latenessMs.p50, latenessMs.p99].map((ms) => (ms / 1000).toFixed(1));
    details.push(say.lateness({ p50: p50 ?? '', p99: p99 ?? '' }));
  }
  if (sight.clockSynchronised === false) details.push(say.gatewayClockUnset());
  if (problems > 0) details.push(say.gatewayProblems({ count: problems }));
  if (software !== undefined) details.push(say.gatewaySoftware({ software }));
  const heads = { online: say.gatewayOnline, offline: say.gatewayOffline, unknown: say.gatewayUnknown };
  const named = isHub ? say.aHub({ name }) : name;
  return { head: heads[state ?? 'unknown']({ name: named }), details };
}

function deviceItem(id: string, device: Status['devices'][string]): Item {
  const { type, last, lastAt, readings, state, maintenanceUntil } = device;
  const states: Text[] = [];
  if (state === 'silent') states.push(say.silent());
  if (state === 'maintenance') states.push(say.underMaintenance({ until: isoTime(maintenanceUntil ?? 0) }));
  if (last === undefined) return { head: say.noReadingYet({ id, type }), details: states };
  return { head: say.device({ id, type, readings, ago: ago(lastAt) }), details: [...states, valuesText(device)] };
}

/** What it last observed: each value with its unit, and why to doubt those that are in doubt, which may be missing. */
export function valuesText({ last, units = {} }: Status['devices'][string]): Text {
  if (last === undefined) return say.never();
  const { values, quality, doubtful } = last;
  const shown = (quantity: string, value?: Value) => {
    const text = value === undefined ? quantity : `${quantity} ${value} ${unitSign(units[quantity] ?? '')}`.trimEnd();
    return quality !== undefined && doubtful?.includes(quantity) ? say.doubtful({ values: text, quality }) : text;
  };
  const missing = (doubtful ?? []).filter((quantity) => !Object.hasOwn(values, quantity));
  const all = listed([
    ...Object.entries(values).map(([quantity, value]) => shown(quantity, value)),
    ...missing.map((quantity) => shown(quantity)),
  ]);
  return quality === undefined || doubtful !== undefined ? all : say.doubtful({ values: all, quality });
}

/** A gateway of release 0.1 has no LoRaWAN in its status. */
function lorawanSections(lorawan: Status['lorawan'] | undefined): Section[] {
  if (lorawan === undefined) return [];
  const { registered, joins, uplinks, retransmissions, downlinks, unanswered, unknown = 0, foreign } = lorawan;
  if (registered === 0 && foreign === 0) return [];
  const head = say.lorawan({
    ...{ registered, joins, uplinks, unanswered, unknown },
    ...{ repeated: retransmissions, answered: downlinks, strange: foreign },
  });
  return [{ title: say.lorawanTitle(), items: [{ head, details: [] }] }];
}

function watchOverSections(watchOver: Status['watchOver']): Section[] {
  if (watchOver === undefined || watchOver.number === undefined) return [];
  const { number, validUntil = 0, operators, sealed, unlisted, dropped } = watchOver;
  const head = say.operatorsList({ number, until: isoTime(validUntil), operators });
  return [{ title: say.watchOver(), items: [{ head, details: [say.tags({ sealed, unlisted, dropped })] }] }];
}

function consoleSections(console: Status['console']): Section[] {
  if (console === undefined) return [];
  const { address, fingerprint, fault: why } = console;
  if (why !== undefined)
    return [{ title: say.console(), items: [{ head: say.consoleClosed({ address, why }), details: [] }] }];
  const details = fingerprint === undefined ? [] : [say.consoleCertificate({ fingerprint })];
  return [{ title: say.console(), items: [{ head: say.consoleOpen({ address }), details }] }];
}

function destinationItem(name: string, { buffer, destinations }: Status): Item {
  const outbox = buffer.outboxes[name];
  const destination = destinations[name];
  const { routine, urgent } = outbox?.waiting ?? { routine: 0, urgent: 0 };
  return {
    head: destinationText(name, destination),
    details: [
      say.outboxCounts({
        sealed: outbox?.sealed ?? 0,
        routine,
        urgent,
        inFlight: outbox?.inFlight ?? 0,
        gaps: outbox?.gaps ?? 0,
        refused: outbox?.refused ?? 0,
      }),
      ...(destination === undefined ? [] : [storedText(destination)]),
    ],
  };
}

function destinationText(name: string, destination: Status['destinations'][string] | undefined): Text {
  if (destination === undefined) return say.unconfigured({ name });
  if (destination.state !== 'connected') return say.disconnected({ name, why: destination.why ?? '' });
  if (destination.lastReceiptAt === undefined) return say.connectedWithoutReceipt({ name });
  return say.connected({ name, ago: ago(destination.lastReceiptAt) });
}

function storedText({ readingsStored, oldestWaitingMs }: Status['destinations'][string]): Text {
  if (oldestWaitingMs === undefined) return say.stored({ count: readingsStored });
  return say.storedAndWaiting({ count: readingsStored, since: ago(Date.now() - oldestWaitingMs) });
}

/** How long ago a moment was, in the unit that fits. */
function ago(at: number | undefined): Text {
  if (at === undefined) return say.never();
  const seconds = Math.max(0, (Date.now() - at) / 1000);
  if (seconds < 120) return say.secondsAgo({ seconds: seconds.toFixed(1) });
  if (seconds < 7_200) return say.minutesAgo({ minutes: Math.floor(seconds / 60) });
  if (seconds < 172_800) return say.hoursAgo({ hours: Math.floor(seconds / 3600) });
  return say.daysAgo({ days: Math.floor(seconds / 86_400) });
}
