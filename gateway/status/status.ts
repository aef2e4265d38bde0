/**
 * How the gateway is, as data, as sentences about what is wrong, and as Prometheus text (exposition format 0.0.4).
 *
 * Names are `machimori_<noun>_<unit>`; counters end in `_total`. Labels are ports, devices and destinations of the
 * configuration, never what a device reported (no tag, no address).
 */

import type { Clock } from '../../shared/clock.ts';
import type { ReadingBuffer } from '../buffer/buffer.ts';
import type { BufferStats } from '../buffer/buffer-options.ts';
import type { Forwarder, ForwarderStats } from '../destinations/forwarder.ts';
import type { Activity, DeviceActivity, PortActivity, StationActivity } from '../intake/activity.ts';
import type { Network, NetworkStats } from '../lorawan/network.ts';
import type { Register } from '../lorawan/register.ts';

export interface StatusSources {
  readonly gateway: string;
  readonly tenant: string;
  readonly version: string;
  readonly startedAt: number;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly buffer: ReadingBuffer;
  readonly forwarders: readonly Forwarder[];
  readonly register: Register;
  readonly network: Network;
}

export interface Problem {
  readonly en: string;
  readonly ja: string;
}

export interface Status {
  readonly gateway: string;
  readonly tenant: string;
  readonly version: string;
  readonly startedAt: string;
  readonly clockSynchronised: boolean;
  readonly healthy: boolean;
  /** What is wrong, a sentence each, worst first. */
  readonly problems: readonly Problem[];
  readonly ports: Readonly<
    Record<
      string,
      Omit<PortActivity, 'rubbishByCode' | 'stations'> & {
        rubbishByCode: Record<string, number>;
        /** LoRa gateways, by EUI. */
        stations?: Record<string, StationActivity>;
      }
    >
  >;
  readonly devices: Readonly<Record<string, DeviceActivity>>;
  readonly buffer: BufferStats;
  readonly destinations: Readonly<Record<string, ForwarderStats>>;
  readonly lorawan: NetworkStats & { readonly registered: number };
}

/** So many bytes without one whole frame: it is not the device that was configured, or the baud rate is wrong. */
const strangeAfterBytes = 500;
/** So much rubbish since the last reading: what comes is not what was configured. */
const strangeAfterRubbish = 20;
/** Packet forwarders send a keep-alive every 5 to 10 s, Basics Station a ping every 30 s. */
const stationSilentAfterMs = 120_000;
/** Of its bound, what a buffer may take before that is a problem. */
const NEARLY_FULL = 0.9;
const CLOCK_NOT_SET: Problem = {
  en: 'The clock has not been set; readings wait for it',
  ja: '時計が未同期です。測定値は同期を待っています',
};

export function readStatus(sources: StatusSources): Status {
  const { gateway, tenant, version, startedAt, clock, activity, buffer, forwarders, register, network } = sources;
  const moment = clock.moment();
  const stats = buffer.stats();
  const problems = [
    ...bufferProblems(stats),
    ...(register.fault === undefined ? [] : [registerUnreadable(register.fault)]),
    ...(network.fault === undefined ? [] : [keysUnusable(network.fault)]),
    ...misfitProblems(register),
    ...forwarders.flatMap((forwarder) => destinationProblems(forwarder)),
    ...[...activity.ports].flatMap(([name, port]) => portProblems(name, port, moment.wall)),
    ...(moment.synchronised ? [] : [CLOCK_NOT_SET]),
  ];
  return {
    gateway,
    tenant,
    version,
    startedAt: new Date(startedAt).toISOString(),
    clockSynchronised: moment.synchronised,
    healthy: problems.length === 0,
    problems,
    ports: Object.fromEntries(
      [...activity.ports].map(([name, port]) => [
        name,
        {
          ...port,
          rubbishByCode: Object.fromEntries(port.rubbishByCode),
          ...(port.stations !== undefined && { stations: Object.fromEntries(port.stations) }),
        },
      ]),
    ) as Status['ports'], // the maps have just been made objects
    lorawan: { ...network.stats, registered: register.devices.length },
    devices: Object.fromEntries(activity.devices),
    buffer: stats,
    destinations: Object.fromEntries(forwarders.map((forwarder) => [forwarder.name, forwarder.stats])),
  };
}

function registerUnreadable({ message }: Error): Problem {
  return {
    en: `No LoRaWAN device is served: ${message}`,
    ja: `LoRaWAN機器の登録簿を読めないため、受信できません（${message}）。控えから復元してください`,
  };
}

function keysUnusable({ message }: Error): Problem {
  return {
    en: `LoRaWAN devices are not served: ${message}`,
    ja: `LoRaWAN機器の鍵を復号できないため、受信できません（${message}）。鍵ファイルを控えから復元してください`,
  };
}

function misfitProblems({ misfits }: Register): Problem[] {
  const [first] = misfits;
  if (first === undefined) return [];
  const { id, why } = first;
  return [
    {
      en: `${misfits.length} registered devices do not fit the configuration any more: of ${id}, ${why.en}. Put it back, or remove the devices and register them anew`,
      ja: `登録済みの機器${misfits.length}台が現在の設定と合いません（${id}: ${why.ja}）。設定を戻すか、機器を登録し直してください`,
    },
  ];
}

function bufferProblems({ file, fault, isDiskShort, usedBytes, maxBytes }: BufferStats): Problem[] {
  if (fault !== '') {
    return [
      {
        en: `The buffer (${file}) cannot be written (${fault}); free space on its disk or check the disk's health`,
        ja: `バッファ（${file}）に書き込めません（${fault}）。ディスクの空き容量と状態を確認してください`,
      },
    ];
  }
  if (!isDiskShort) return usedBytes > maxBytes * NEARLY_FULL ? [nearlyFull(usedBytes, maxBytes)] : [];
  return [
    {
      en: `The disk of the buffer (${file}) is nearly full; new readings take the place of the oldest. Free space on it`,
      ja: `バッファ（${file}）のディスクの空きがわずかです。古い測定値から上書きされます。空き容量を増やしてください`,
    },
  ];
}

function nearlyFull(usedBytes: number, maxBytes: number): Problem {
  const [used, max] = [usedBytes, maxBytes].map((bytes) => `${(bytes / 1e6).toFixed(0)}`);
  return {
    en: `The buffer is nearly full (${used} of ${max} MB). When it is, the oldest readings are dropped and reported to the city OS. Mend the link, raise max-size, or carry the backlog by hand: machimori export`,
    ja: `バッファがほぼ満杯です（${max} MB中${used} MB）。満杯になると古い測定値から破棄し、都市OSに通知します。回線の復旧、max-sizeの拡大、またはmachimori exportでの持ち出しを行ってください`,
  };
}

function destinationProblems({ name, stats }: Forwarder): Problem[] {
  if (stats.state === 'disconnected') {
    return [
      {
        en: `Destination ${name} is not connected (${stats.why}); readings are kept in the buffer`,
        ja: `送信先 ${name} に接続できません（${stats.why}）。測定値はバッファに保存しています`,
      },
    ];
  }
  if (stats.unanswered === 0) return [];
  return [
    {
      en: `Destination ${name} is connected but sends no receipts (${stats.whyUnanswered}); readings are kept in the buffer. Check that the city OS runs and that the broker lets this gateway publish and read its receipts`,
      ja: `送信先 ${name} に接続していますが、受領応答がありません（${stats.whyUnanswered}）。測定値はバッファに保存しています。都市OSの稼働とブローカーの権限を確認してください`,
    },
  ];
}

function portProblems(name: string, port: PortActivity, now: number): Problem[] {
  if (port.state === 'closed') {
    return [
      {
        en: `Port ${name} (${port.path}) is closed (${port.why}); plug the device in or check the path`,
        ja: `ポート ${name}（${port.path}）が開けません（${port.why}）。接続とパスを確認してください`,
      },
    ];
  }
  if (port.stations !== undefined) {
    const last = Math.max(0, ...[...port.stations.values()].map(({ lastAt }) => lastAt));
    return now - last < stationSilentAfterMs ? [] : [noStation(name, port.path)];
  }
  if (port.rubbishInARow >= strangeAfterRubbish) {
    return [
      {
        en: `Port ${name} hears nothing but rubbish (the last: ${port.lastRubbish?.en}); check the baud rate, and the device's type, options and profile`,
        ja: `ポート ${name} で受信したデータを解読できません（直近: ${port.lastRubbish?.ja}）。通信速度と、機器の種類・設定・プロファイルを確認してください`,
      },
    ];
  }
  if (port.frames === 0 && port.bytes >= strangeAfterBytes) {
    return [
      {
        en: `Port ${name} hears bytes but no whole frame; check the baud rate and that the device is of the configured type`,
        ja: `ポート ${name} はデータを受信していますが解読できません。通信速度と機器の種類を確認してください`,
      },
    ];
  }
  return [];
}

function noStation(name: string, path: string): Problem {
  return {
    en: `No LoRa gateway talks to port ${name} (${path}); check its power and network, and the server address that it is set to`,
    ja: `ポート ${name}（${path}）にLoRaゲートウェイからの通信がありません。電源・回線と、サーバーアドレスの設定を確認してください`,
  };
}

/** The status as Prometheus text. */
export function formatMetrics(sources: StatusSources): string {
  const { activity, buffer, forwarders, clock, network } = sources;
  const { foreign, joins, uplinks, retransmissions, downlinks, unanswered } = network.stats;
  const stats = buffer.stats();
  const ports = [...activity.ports];
  const feeds = Object.entries(stats.outboxes);
  const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000);
  return [
    metric('machimori_clock_synchronised', 'gauge', 'Whether the clock has been set.', [
      ['', clock.moment().synchronised ? 1 : 0],
    ]),
    metric(
      'machimori_port_open',
      'gauge',
      'Whether the port is open.',
      ports.map(([port, a]) => [label({ port }), a.state === 'open' ? 1 : 0]),
    ),
    metric(
      'machimori_port_received_bytes_total',
      'counter',
      'Bytes that came.',
      ports.map(([port, a]) => [label({ port }), a.bytes]),
    ),
    metric(
      'machimori_port_frames_total',
      'counter',
      'Whole frames.',
      ports.map(([port, a]) => [label({ port }), a.frames]),
    ),
    metric(
      'machimori_port_readings_total',
      'counter',
      'Readings.',
      ports.map(([port, a]) => [label({ port }), a.readings]),
    ),
    metric(
      'machimori_port_rubbish_total',
      'counter',
      'Frames and bytes that could not be used, by reason.',
      ports.flatMap(([port, a]) => [...a.rubbishByCode].map(([code, n]) => [label({ port, code }), n] as const)),
    ),
    metric(
      'machimori_port_last_bytes_timestamp_seconds',
      'gauge',
      'When bytes last came.',
      ports.map(([port, a]) => [label({ port }), seconds(a.lastBytesAt)]),
    ),
    metric(
      'machimori_station_last_contact_timestamp_seconds',
      'gauge',
      'When a LoRa gateway last talked to the port.',
      ports.flatMap(([port, a]) =>
        [...(a.stations ?? [])].map(([station, { lastAt }]) => [label({ port, station }), seconds(lastAt)] as const),
      ),
    ),
    metric('machimori_lorawan_frames_total', 'counter', 'LoRaWAN frames, by what they were.', [
      [label({ frame: 'uplink' }), uplinks],
      [label({ frame: 'join' }), joins],
      [label({ frame: 'retransmission' }), retransmissions],
      [label({ frame: 'foreign' }), foreign],
      [label({ frame: 'downlink' }), downlinks],
      [label({ frame: 'unanswered' }), unanswered],
    ]),
    metric(
      'machimori_device_readings_total',
      'counter',
      'Readings of the device.',
      [...activity.devices].map(([device, a]) => [label({ device }), a.readings]),
    ),
    metric(
      'machimori_device_last_reading_timestamp_seconds',
      'gauge',
      'When its last reading came.',
      [...activity.devices].map(([device, a]) => [label({ device }), seconds(a.lastAt)]),
    ),
    metric('machimori_buffer_used_bytes', 'gauge', 'Bytes that the buffer takes on the disk.', [['', stats.usedBytes]]),
    metric('machimori_buffer_max_bytes', 'gauge', 'Bound of the buffer.', [['', stats.maxBytes]]),
    metric('machimori_buffer_open_readings', 'gauge', 'Readings that are not sealed yet.', [['', stats.open]]),
    metric('machimori_buffer_held_readings', 'gauge', 'Readings that wait for the clock.', [['', stats.held]]),
    metric('machimori_buffer_appended_readings_total', 'counter', 'Readings written to the disk.', [
      ['', stats.appended],
    ]),
    metric('machimori_buffer_commits_total', 'counter', 'Transactions.', [['', stats.commits]]),
    metric('machimori_buffer_dropped_batches_total', 'counter', 'Batches dropped for want of space.', [
      ['', stats.dropped],
    ]),
    metric(
      'machimori_destination_waiting_batches',
      'gauge',
      'Batches without a receipt.',
      feeds.flatMap(([destination, feed]) =>
        Object.entries(feed.waiting).map(([lane, n]) => [label({ destination, lane }), n] as const),
      ),
    ),
    metric(
      'machimori_destination_in_flight_batches',
      'gauge',
      'Batches on their way.',
      feeds.map(([destination, feed]) => [label({ destination }), feed.inFlight]),
    ),
    metric(
      'machimori_destination_gaps',
      'gauge',
      'Gaps not yet reported.',
      feeds.map(([destination, feed]) => [label({ destination }), feed.gaps]),
    ),
    metric(
      'machimori_destination_refused_readings',
      'gauge',
      'Refused readings set aside.',
      feeds.map(([destination, feed]) => [label({ destination }), feed.refused]),
    ),
    metric(
      'machimori_destination_connected',
      'gauge',
      'Whether the destination is connected.',
      forwarders.map(({ name, stats: s }) => [label({ destination: name }), s.state === 'connected' ? 1 : 0]),
    ),
    metric(
      'machimori_destination_stored_readings_total',
      'counter',
      'Readings that the destination has stored.',
      forwarders.map(({ name, stats: s }) => [label({ destination: name }), s.readingsStored]),
    ),
    metric(
      'machimori_destination_sent_bytes_total',
      'counter',
      'Bytes of batches sent.',
      forwarders.map(({ name, stats: s }) => [label({ destination: name }), s.bytesSent]),
    ),
    metric(
      'machimori_destination_resent_batches_total',
      'counter',
      'Sends that got no receipt.',
      forwarders.map(({ name, stats: s }) => [label({ destination: name }), s.resent]),
    ),
  ].join('');
}

type Sample = readonly [labels: string, value: number | undefined];

function metric(name: string, type: 'gauge' | 'counter', help: string, samples: readonly Sample[]): string {
  const lines = samples.flatMap(([labels, value]) => (value === undefined ? [] : [`${name}${labels} ${value}\n`]));
  return lines.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

/** Values are names from the configuration: letters, digits, ".", "_" and "-", which need no escaping. */
function label(labels: Readonly<Record<string, string>>): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}}`;
}
