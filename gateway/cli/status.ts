import { parseArgs } from 'node:util';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { formatFault, readConfigFile } from '../config/config.ts';
import type { Status } from '../status/status.ts';
import { type Command, print, printError, UsageError } from './command.ts';

const DEFAULT_ADDRESS = '127.0.0.1:9464';
const answerWithinMs = 5_000;
const maxDevicesShown = 100;

export const status: Command = {
  name: 'status',
  arguments: '[config.toml] [--address host:port] [--json]',
  summary: 'asks a running gateway how it is',
  help: 'Exit code 0: all is well. 1: something is wrong, and what, or no gateway answers.',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { address: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    if (positionals.length > 1) throw new UsageError(`"${positionals.slice(1).join(' ')}" is too much`);
    const answer = await ask(values.address ?? addressOf(positionals[0]));
    if (values.json) print(JSON.stringify(answer));
    else for (const line of describe(answer)) print(printable(line));
    return answer.healthy ? 0 : 1;
  },
};

function addressOf(file: string | undefined): string {
  if (file === undefined) return DEFAULT_ADDRESS;
  const result = readConfigFile(file);
  if (result.ok) return result.config.status.listen;
  for (const fault of result.faults) printError(formatFault(fault).en);
  throw new MachimoriError('config-faulty', { what: 'the configuration is faulty', on: file, hint: 'Mend it first' });
}

async function ask(address: string): Promise<Status> {
  try {
    const response = await fetch(`http://${address}/healthz`, { signal: AbortSignal.timeout(answerWithinMs) });
    return (await response.json()) as Status; // our own server's answer
  } catch (cause) {
    throw new MachimoriError('no-gateway', {
      what: `no gateway answers (${messageOf(cause instanceof Error && cause.cause ? cause.cause : cause)})`,
      on: address,
      hint: 'Start it with: machimori run <config.toml>, or name its status address with --address',
      cause,
    });
  }
}

/** Devices, stations and codecs are strangers: their words must not command the terminal. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

function describe(status: Status): string[] {
  const { gateway, tenant, version, startedAt, buffer } = status;
  const used = `${(buffer.usedBytes / 1e6).toFixed(1)} of ${(buffer.maxBytes / 1e6).toFixed(0)} MB`;
  return [
    `Gateway ${gateway} (${tenant}), release ${version}, running since ${startedAt}`,
    ...status.problems.flatMap(({ en, ja }) => [`! ${en}`, `  ${ja}`]),
    ...(status.problems.length === 0 ? ['All is well. 正常に動作しています。'] : []),
    '',
    'ports ポート',
    ...Object.entries(status.ports).flatMap(([name, port]) => [
      `  ${name} (${port.path}): ${describePort(port)}`,
      ...Object.entries(port.stations ?? {}).map(([station, s]) => `    ${describeStation(station, s)}`),
    ]),
    'devices 機器',
    ...describeDevices(status.devices),
    ...describeLorawan(status.lorawan),
    'buffer バッファ',
    `  ${used}; ${buffer.open} readings not sealed yet, ${buffer.held} waiting for the clock; ${buffer.dropped} batches dropped`,
    'destinations 送信先',
    ...Object.keys(buffer.outboxes).map((name) => `  ${name}: ${describeFeed(name, status)}`),
  ];
}

function describePort(port: Status['ports'][string]): string {
  const rubbish = Object.entries(port.rubbishByCode).map(([code, n]) => `${code} ${n}`);
  return [
    port.state === 'open' ? 'open 接続' : `closed 切断 (${port.why})`,
    `${port.bytes} bytes (${ago(port.lastBytesAt)})`,
    `${port.frames} frames (${ago(port.lastFrameAt)})`,
    `${port.readings} readings (${ago(port.lastReadingAt)})`,
    `${port.rubbish} rubbish (${ago(port.lastRubbishAt)}${rubbish.length === 0 ? '' : `: ${rubbish.join(', ')}; last: ${port.lastRubbish?.en}`})`,
  ].join(', ');
}

function describeStation(station: string, { frames, lastAt }: { frames: number; lastAt: number }): string {
  return `station 基地局 ${station}: ${frames} frames (${ago(lastAt)})`;
}

function describeDevices(devices: Status['devices']): string[] {
  const all = Object.entries(devices);
  const shown = all
    .slice(0, maxDevicesShown)
    .map(([id, device]) => `  ${id} (${device.type}): ${describeDevice(device)}`);
  const more = all.length - shown.length;
  return more === 0 ? shown : [...shown, `  … and ${more} more: machimori device list ほか${more}台`];
}

/** A gateway of an earlier release says nothing of LoRaWAN. */
function describeLorawan(lorawan: Status['lorawan'] | undefined): string[] {
  if (lorawan === undefined) return [];
  const { registered, joins, uplinks, retransmissions, downlinks, unanswered, foreign } = lorawan;
  if (registered === 0 && foreign === 0) return [];
  return [
    'LoRaWAN',
    `  ${registered} registered 登録, ${joins} joined 参加, ${uplinks} uplinks 受信, ${retransmissions} repeated 再送, ${downlinks} answered 応答, ${unanswered} not answered 応答不可, ${foreign} of strangers 他ネットワーク`,
  ];
}

function describeDevice({ last, lastAt, readings }: Status['devices'][string]): string {
  if (last === undefined) return 'no reading yet 測定値なし';
  const values = Object.entries(last.values).map(([quantity, value]) => `${quantity} ${value}`);
  return `${values.join(', ')}${last.quality ? ` [${last.quality}]` : ''} (${ago(lastAt)}, ${readings} readings)`;
}

function describeFeed(name: string, { buffer, destinations }: Status): string {
  const feed = buffer.outboxes[name];
  const link = destinations[name];
  const state =
    link === undefined
      ? 'no longer configured 設定なし'
      : link.state === 'connected'
        ? 'connected 接続'
        : `disconnected 切断 (${link.why})`;
  return [
    state,
    `${feed?.sealed ?? 0} batches sealed`,
    `${feed?.waiting.routine ?? 0} routine and ${feed?.waiting.urgent ?? 0} urgent waiting, ${feed?.inFlight ?? 0} of them on their way`,
    `last receipt ${ago(link?.lastReceiptAt)}`,
    `${feed?.gaps ?? 0} gaps to report`,
    `${feed?.refused ?? 0} readings refused`,
  ].join(', ');
}

function ago(at: number | undefined): string {
  return at === undefined ? 'never' : `${Math.max(0, (Date.now() - at) / 1000).toFixed(1)} s ago`;
}
