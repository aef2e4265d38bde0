/** What the command line and the console may ask when a device is commissioned: lines, a hunt on one of them, a test, and the record of it. */
import * as v from 'valibot';
import { DEVICE_TYPES } from '../../devices/catalogue.ts';
import { id, whole } from '../../shared/setting.ts';
import type { LineFound, TestEvent, TypeFound } from '../commission/answers.ts';
import { maxLineLength } from '../commission/checked-line.ts';
import { BUDGET_MS, type Prober } from '../commission/prober.ts';
import { type CommissioningRecords, keptRecord } from '../commission/records.ts';
import { settingsOfType } from '../commission/type-settings.ts';
import type { StatusSources } from '../status/sources.ts';
import { type Act, json, jsonLines, noDevice, notRunning, parse } from './messages.ts';

/** What a running gateway has for whoever commissions a device. */
export interface Commissioning {
  readonly prober: Prober;
  readonly records: CommissioningRecords;
  lines(): Promise<readonly LineFound[]>;
  /** As `TestReadings.send`. */
  test(device: string): Promise<AsyncIterable<TestEvent>>;
}

export interface CommissionSources {
  /** Absent if no gateway runs. */
  readonly commissioning?: Commissioning;
  /** Who asks: an account of the console; absent: the command line. */
  readonly by?: string;
  readonly status?: StatusSources;
}

const probeId = v.strictObject({ id: v.pipe(v.string(), v.maxLength(64)) });
const probeRequest = v.strictObject({
  line: v.pipe(v.string(), v.maxLength(maxLineLength)),
  baud: v.optional(whole(300, 4_000_000)),
  listenOnly: v.optional(v.boolean()),
  budgetMs: v.optional(whole(BUDGET_MS.least, BUDGET_MS.most)),
});

export const COMMISSION_ACTIONS: Readonly<Record<string, Act<CommissionSources>>> = {
  /** A line for each serial port of the box: a `LineFound`. */
  async 'list-lines'(parameters, sources) {
    parse(v.strictObject({}), parameters);
    return jsonLines(await running(sources).lines());
  },

  /** A line for each device type that may be chosen by hand: a `TypeFound`. */
  'list-types'(parameters) {
    parse(v.strictObject({}), parameters);
    const types = DEVICE_TYPES.filter(({ takesDocuments }) => takesDocuments !== true);
    return jsonLines(
      types.map(
        (type): TypeFound => ({
          ...{ name: type.name, summary: type.summary, kinds: type.kinds },
          ...{ settings: settingsOfType(type), profiles: Object.keys(type.profiles ?? {}) },
        }),
      ),
    );
  },

  /** A `ProbeStanding`: the hunt has begun, in the background. */
  'begin-probe'(parameters, sources) {
    return json(running(sources).prober.begin(parse(probeRequest, parameters)));
  },

  /** A `ProbeStanding`. Whoever does not ask for it for 15 s has gone, and the hunt ends. */
  'probe-progress'(parameters, sources) {
    return json(running(sources).prober.progress(parse(probeId, parameters).id));
  },

  /** A `ProbeStanding`, once the line is free again. */
  async 'end-probe'(parameters, sources) {
    return json(await running(sources).prober.end(parse(probeId, parameters).id));
  },

  /** A line for each `TestEvent`, as they happen, for up to a minute. */
  async 'send-test'(parameters, sources) {
    const { device } = parse(v.strictObject({ device: id }), parameters);
    const commissioning = running(sources);
    checkDevice(device, sources);
    return linesOf(await commissioning.test(device));
  },

  /** The `CommissioningRecord` as it is kept. */
  'keep-record'(parameters, sources) {
    const kept = parse(keptRecord, parameters);
    const { records } = running(sources);
    checkDevice(kept.device, sources);
    return json(records.keep(kept, sources.by, Math.round(sources.status?.clock.moment().wall ?? 0)));
  },

  /** A line for each `CommissioningRecord`. */
  'list-records'(parameters, sources) {
    const { device } = parse(v.strictObject({ device: v.optional(id) }), parameters);
    const { records } = running(sources);
    return jsonLines(records.all.filter((record) => device === undefined || record.device === device));
  },
};

function running({ commissioning }: CommissionSources): Commissioning {
  if (commissioning !== undefined) return commissioning;
  throw notRunning();
}

function checkDevice(device: string, { status }: CommissionSources): void {
  if (status?.devices.get(device) !== undefined) return;
  throw noDevice(
    device,
    (status?.devices.all ?? []).map(({ id }) => id),
  );
}

async function* linesOf(events: AsyncIterable<TestEvent>): AsyncGenerator<Uint8Array> {
  for await (const event of events) yield* jsonLines([event]);
}
