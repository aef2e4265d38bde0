/**
 * The state of the gateway as Prometheus text (exposition format 0.0.4).
 *
 * Names are `machimori_<noun>_<unit>`; counters end in `_total`. Labels are ports, devices and destinations of the
 * configuration, never anything that a device reported (no tags, no addresses).
 */
import { printable } from '../../shared/text.ts';
import { type GatewaySight, sightOf } from '../hub/overview.ts';
import { DEVICE_STATES, type DeviceState } from '../intake/silence.ts';
import { problemsOf } from './problems.ts';
import type { StatusSources } from './sources.ts';

export function formatMetrics(sources: StatusSources): string {
  const { activity, buffer, forwarders, clock, network, devices, intake } = sources;
  const { foreign, joins, uplinks, retransmissions, downlinks, unanswered, unknown } = network.stats;
  const stats = buffer.stats();
  const problems = problemsOf(sources);
  const ports = [...activity.ports];
  const outboxes = Object.entries(stats.outboxes);
  return [
    metric('machimori_build_info', 'gauge', 'The release that runs.', [
      [label({ version: sources.version, gateway: sources.gateway }), 1],
    ]),
    metric('machimori_healthy', 'gauge', 'Whether all is well: 1 if the status has no problem to tell.', [
      ['', problems.length === 0 ? 1 : 0],
    ]),
    metric(
      'machimori_problems',
      'gauge',
      'Problems that the status tells of, by kind.',
      [...countBy(problems.map(({ code }) => code))].map(([problem, n]) => [label({ problem }), n]),
    ),
    ...processMetrics(sources),
    ...hubMetrics(sources),
    ...watchOverMetrics(sources),
    metric('machimori_clock_synchronised', 'gauge', 'Whether the clock has been set.', [
      ['', clock.moment().synchronised ? 1 : 0],
    ]),
    metric(
      'machimori_clock_ahead_of_gps_seconds',
      'gauge',
      "How far the box's clock is ahead of GPS; absent without GPS.",
      [['', seconds(clock.aheadOfGpsMs)]],
    ),
    metric(
      'machimori_port_open',
      'gauge',
      'Whether the port is open.',
      ports.map(([port, a]) => [label({ port }), a.state === 'open' ? 1 : 0]),
    ),
    metric(
      'machimori_port_received_bytes_total',
      'counter',
      'Bytes received.',
      ports.map(([port, a]) => [label({ port }), a.bytes]),
    ),
    metric(
      'machimori_port_frames_total',
      'counter',
      'Whole frames received.',
      ports.map(([port, a]) => [label({ port }), a.frames]),
    ),
    metric(
      'machimori_port_readings_total',
      'counter',
      'Readings taken from the port.',
      ports.map(([port, a]) => [label({ port }), a.readings]),
    ),
    metric(
      'machimori_port_rubbish_total',
      'counter',
      'Frames and bytes that could not be used, by reason.',
      ports.flatMap(([port, a]) => [...a.rubbishByCode].map(([code, n]) => [label({ port, code }), n] as const)),
    ),
    metric(
      'machimori_port_mended_texts_total',
      'counter',
      'Readings whose texts were not Unicode and were mended.',
      ports.map(([port, a]) => [label({ port }), a.mendedTexts]),
    ),
    metric(
      'machimori_port_last_bytes_timestamp_seconds',
      'gauge',
      'When bytes were last received.',
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
    metric('machimori_lorawan_frames_total', 'counter', 'LoRaWAN frames, by kind.', [
      [label({ frame: 'uplink' }), uplinks],
      [label({ frame: 'join' }), joins],
      [label({ frame: 'retransmission' }), retransmissions],
      [label({ frame: 'foreign' }), foreign],
      [label({ frame: 'downlink' }), downlinks],
      [label({ frame: 'unanswered' }), unanswered],
      [label({ frame: 'unknown' }), unknown],
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
      'When the device last gave a reading.',
      [...activity.devices].map(([device, a]) => [label({ device }), seconds(a.lastAt)]),
    ),
    metric(
      'machimori_devices',
      'gauge',
      'Devices by state.',
      [...countStates(sources)].map(([state, n]) => [label({ state }), n]),
    ),
    metric('machimori_alarms_standing', 'gauge', 'Alarms that are raised and not cleared, "silent" among them.', [
      ['', devices.all.reduce((sum, { id }) => sum + (intake.memoryOf(id)?.policy.raised.length ?? 0), 0)],
    ]),
    metric('machimori_buffer_used_bytes', 'gauge', 'Size of the buffer on the disk.', [['', stats.usedBytes]]),
    metric('machimori_buffer_max_bytes', 'gauge', 'Size that the buffer may reach.', [['', stats.maxBytes]]),
    metric('machimori_buffer_disk_short', 'gauge', 'Whether the disk, not the quota, limits the buffer.', [
      ['', stats.isDiskShort ? 1 : 0],
    ]),
    metric('machimori_buffer_open_readings', 'gauge', 'Readings that are not sealed yet.', [['', stats.open]]),
    metric('machimori_buffer_held_readings', 'gauge', 'Readings waiting for the clock to be set.', [['', stats.held]]),
    metric('machimori_buffer_appended_readings_total', 'counter', 'Readings written to the disk.', [
      ['', stats.appended],
    ]),
    metric('machimori_buffer_commits_total', 'counter', 'Transactions.', [['', stats.commits]]),
    metric('machimori_buffer_dropped_batches_total', 'counter', 'Batches dropped because the buffer was full.', [
      ['', stats.dropped],
    ]),
    metric(
      'machimori_destination_waiting_batches',
      'gauge',
      'Batches without a receipt.',
      outboxes.flatMap(([destination, outbox]) =>
        Object.entries(outbox.waiting).map(([lane, n]) => [label({ destination, lane }), n] as const),
      ),
    ),
    metric(
      'machimori_destination_in_flight_batches',
      'gauge',
      'Batches in flight.',
      outboxes.map(([destination, outbox]) => [label({ destination }), outbox.inFlight]),
    ),
    metric(
      'machimori_destination_gaps',
      'gauge',
      'Gaps not yet reported.',
      outboxes.map(([destination, outbox]) => [label({ destination }), outbox.gaps]),
    ),
    metric(
      'machimori_destination_refused_readings',
      'gauge',
      'Refused readings set aside.',
      outboxes.map(([destination, outbox]) => [label({ destination }), outbox.refused]),
    ),
    metric(
      'machimori_destination_connected',
      'gauge',
      'Whether the destination is connected.',
      forwarders.map(({ name, stats: s }) => [label({ destination: name }), s.state === 'connected' ? 1 : 0]),
    ),
    metric(
      'machimori_destination_next_attempt_timestamp_seconds',
      'gauge',
      'While the destination is not connected: when it is tried again.',
      forwarders.map(({ name, stats: s }) => [label({ destination: name }), seconds(s.retry?.at)]),
    ),
    metric(
      'machimori_destination_last_receipt_timestamp_seconds',
      'gauge',
      'When the last receipt came.',
      forwarders.map(({ name, stats: s }) => [label({ destination: name }), seconds(s.lastReceiptAt)]),
    ),
    metric(
      'machimori_destination_oldest_waiting_seconds',
      'gauge',
      'For how long at least the oldest batch without a receipt has waited; 0 if none waits.',
      forwarders.map(({ name }) => [label({ destination: name }), seconds(buffer.oldestWaitingMs(name) ?? 0)]),
    ),
    metric(
      'machimori_destination_max_batch_bytes',
      'gauge',
      'The largest batch that is sealed, once the broker is known not to take larger ones.',
      forwarders.map(({ name, stats: s }) => [label({ destination: name }), s.sizes.sealWithin]),
    ),
    metric(
      'machimori_destination_stored_readings_total',
      'counter',
      'Readings stored by the destination.',
      forwarders.map(({ name, stats: s }) => [label({ destination: name }), s.readingsStored]),
    ),
    metric(
      'machimori_destination_sent_bytes_total',
      'counter',
      'Bytes of batches sent.',
      forwarders.map(({ name, stats: s }) => [label({ destination: name }), s.bytesSent]),
    ),
    metric(
      'machimori_destination_conflicts_total',
      'counter',
      'Batches sent again under another number since the destination had a different one under theirs.',
      forwarders.map(({ name, stats: s }) => [label({ destination: name }), s.conflicts]),
    ),
    metric(
      'machimori_destination_resent_batches_total',
      'counter',
      'Batches sent again because no receipt came.',
      forwarders.map(({ name, stats: s }) => [label({ destination: name }), s.resent]),
    ),
  ].join('');
}

/** As Prometheus' own clients name them. */
function processMetrics({ usage, startedAt }: StatusSources): string[] {
  const { cpuSeconds, residentBytes, heapBytes } = usage();
  return [
    metric('process_cpu_seconds_total', 'counter', 'Processor time, user and system.', [['', cpuSeconds]]),
    metric('process_resident_memory_bytes', 'gauge', 'Resident memory.', [['', residentBytes]]),
    metric('process_heap_bytes', 'gauge', 'Heap of JavaScript in use.', [['', heapBytes]]),
    metric('process_start_time_seconds', 'gauge', 'When the gateway was started.', [['', startedAt / 1000]]),
  ];
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

/** Of each gateway that is enrolled at a hub. */
function watchOverMetrics({ watchOver }: StatusSources): string[] {
  if (watchOver === undefined) return [];
  const { operators, refused } = watchOver.known.stats;
  const { sealed, unlisted, dropped } = watchOver.sealing.stats;
  return [
    metric('machimori_operators', 'gauge', 'Operators whose tags are looked for now.', [['', operators]]),
    metric('machimori_operators_lists_refused_total', 'counter', "Operators' lists that were not applied.", [
      ['', refused],
    ]),
    metric('machimori_tags_sealed_total', 'counter', 'Sighted tags that were sealed to their operator.', [
      ['', sealed],
    ]),
    metric('machimori_tags_unlisted_total', 'counter', 'Sighted tags dropped as no listed operator has them.', [
      ['', unlisted],
    ]),
    metric('machimori_tags_dropped_total', 'counter', 'Sighted tags dropped as they could not be sealed.', [
      ['', dropped],
    ]),
  ];
}

function hubMetrics({ hub, buffer, clock }: StatusSources): string[] {
  const gateways = sightOf(hub, buffer, clock.moment().wall);
  const of = (value: (sight: GatewaySight) => number | undefined) =>
    gateways.map((sight): Sample => [label({ tenant: sight.tenant, gateway: sight.gateway }), value(sight)]);
  return [
    metric(
      'machimori_gateway_heard_time_seconds',
      'gauge',
      'When the gateway was last heard, Unix time.',
      of(({ heardAt }) => seconds(heardAt)),
    ),
    metric(
      'machimori_gateway_missing_batches',
      'gauge',
      "Batches of the last day's epochs that have not come.",
      of(({ batches }) => batches.missing),
    ),
    metric(
      'machimori_gateway_lost_batches',
      'gauge',
      "Batches of the last day's epochs that were given up.",
      of(({ batches }) => batches.lost),
    ),
    metric(
      'machimori_gateway_lateness_p99_seconds',
      'gauge',
      'After what time 99 of 100 readings come.',
      of(({ latenessMs }) => seconds(latenessMs?.p99)),
    ),
  ];
}

function countBy(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function countStates({ devices, silence }: StatusSources): ReadonlyMap<DeviceState, number> {
  const counts = new Map(DEVICE_STATES.map((state) => [state, 0]));
  for (const { id } of devices.all) {
    const { state = 'waiting' } = silence.of(id) ?? {};
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
}

type Sample = readonly [labels: string, value: number | undefined];

function metric(name: string, type: 'gauge' | 'counter', help: string, samples: readonly Sample[]): string {
  const lines = samples.flatMap(([labels, value]) => (value === undefined ? [] : [`${name}${labels} ${value}\n`]));
  return lines.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

/** Escaped by the exposition format; values are names from the configuration, and EUIs. */
function label(labels: Readonly<Record<string, string>>): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${printable(value).replace(/["\\]/g, '\\$&')}"`)
    .join(',')}}`;
}
