/** The four tables of a report: all devices, gateways, alarms and gaps. */
import { type CsvCell, csv } from './csv.ts';
import type { DeviceTally } from './tally/device-tally.ts';
import { patience } from './tally/device-tally.ts';
import type { GatewayTally } from './tally/gateway-tally.ts';
import { PERCENTILES } from './tally/gateway-tally.ts';
import type { MonthTally } from './tally/month-tally.ts';
import { doubtIn, percentOf, reasonIn, type Voice } from './voice.ts';
import { say } from './words.ts';

/** As the feed has them (receipt.ts); an archive has no others. */
const GAP_REASONS = ['quota', 'disk-full', 'damaged', 'operator', 'expired', 'erased'] as const;

/** Name of the file → its lines. */
export function csvTables(month: MonthTally, voice: Voice): Readonly<Record<string, Generator<string>>> {
  return {
    'devices.csv': csv(
      devicesHeading(voice),
      rowsOf(month.devices, (device) => deviceRow(device, voice)),
    ),
    'gateways.csv': csv(
      gatewaysHeading(voice),
      rowsOf(month.gateways, (gateway) => gatewayRow(gateway, month.hasAllBatches)),
    ),
    'alarms.csv': csv(
      alarmsHeading(voice),
      rowsOf(month.alarms, (each) => {
        const { tenant, gateway, device, alarm, quantity, raised, cleared, peak, limit } = each;
        const lasted = raised === undefined ? undefined : (cleared ?? month.until) - raised;
        return [
          ...[tenant, gateway, device, alarm, quantity, voice.cell(raised), voice.cell(cleared)],
          ...[seconds(lasted), peak, limit],
        ];
      }),
    ),
    'gaps.csv': csv(
      gapsHeading(voice),
      rowsOf(month.gaps, ({ tenant, gateway, epoch, first, last, readings, reason, received }) => [
        ...[tenant, gateway, epoch, first, last, last - first + 1, readings],
        ...[reasonIn(voice, reason), voice.cell(received)],
      ]),
    ),
  };
}

function* rowsOf<T>(items: Iterable<T>, row: (item: T) => readonly CsvCell[]): Generator<readonly CsvCell[]> {
  for (const item of items) yield row(item);
}

function devicesHeading(voice: Voice): string[] {
  const zone = voice.timeZone;
  return [
    ...[say.tenant(), say.gateway(), say.device(), say.type(), say.kinds(), say.group(), say.place()],
    ...[say.received(), say.reports(), say.expected(), say.intervalSeconds(), say.quietSeconds(), say.rule()],
    ...[say.availabilityPercent(), say.longestSeconds(), say.silentFrom({ zone }), say.silentTo({ zone })],
    ...[say.doubtful(), say.firstReading({ zone }), say.lastReading({ zone })],
  ].map((text) => voice.say(text));
}

function deviceRow(tally: DeviceTally, voice: Voice): CsvCell[] {
  const { names, readings, reports, expected, intervalMs, allowance, available, longest } = tally;
  const rule = allowance && (allowance.rule === 'setting' ? say.ruleSetting() : say.ruleInterval({ count: patience }));
  return [
    ...[names.tenant, names.gateway, names.device, names.type, names.kinds.join(' '), names.group, names.place],
    ...[readings, reports, expected, seconds(intervalMs), seconds(allowance?.quietMs), rule && voice.say(rule)],
    available === undefined ? undefined : percentOf(available),
    ...[seconds(longest && longest.to - longest.from), voice.cell(longest?.from), longest && closed(longest, voice)],
    ...[doubtsOf(tally, voice), voice.cell(tally.first), voice.cell(tally.last)],
  ];
}

/** Empty if it had not reported again. */
function closed({ to, isOpen }: { readonly to: number; readonly isOpen: boolean }, voice: Voice): string {
  return isOpen ? '' : voice.cell(to);
}

/** "out of range: 3; stale: 1" */
function doubtsOf({ doubtful }: DeviceTally, voice: Voice): string {
  return [...doubtful].map(([quality, count]) => `${doubtIn(voice, quality)}: ${count}`).join('; ');
}

function gatewaysHeading(voice: Voice): string[] {
  return [
    ...[say.tenant(), say.gateway(), say.devices(), say.batches(), say.received(), say.refused()],
    ...GAP_REASONS.map((reason) => say.lostReadings({ reason: reasonIn(voice, reason) })),
    ...[say.missing(), ...PERCENTILES.map((part) => say.latenessSeconds({ part: part * 100 }))],
    say.availabilityPercent(),
  ].map((text) => voice.say(text));
}

function gatewayRow(tally: GatewayTally, hasAllBatches: boolean): CsvCell[] {
  const { tenant, gateway, devices, batches, readings, refused, gaps, missing, available } = tally;
  return [
    ...[tenant, gateway, devices, batches, readings, refused],
    ...GAP_REASONS.map((reason) => gaps.get(reason)?.readings ?? 0),
    hasAllBatches ? [...missing.values()].reduce((sum, count) => sum + count, 0) : undefined,
    ...PERCENTILES.map((part) => tally.latenessAt(part)),
    available === undefined ? undefined : percentOf(available),
  ];
}

function alarmsHeading(voice: Voice): string[] {
  const zone = voice.timeZone;
  return [
    ...[say.tenant(), say.gateway(), say.device(), say.alarm(), say.quantity(), say.raisedAt({ zone })],
    ...[say.clearedAt({ zone }), say.durationSeconds(), say.peak(), say.limit()],
  ].map((text) => voice.say(text));
}

function gapsHeading(voice: Voice): string[] {
  const zone = voice.timeZone;
  return [
    ...[say.tenant(), say.gateway(), say.epoch(), say.firstNumber(), say.lastNumber(), say.batches()],
    ...[say.lostCount(), say.reason(), say.toldAt({ zone })],
  ].map((text) => voice.say(text));
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms / 1000);
}
