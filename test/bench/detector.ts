/**
 * A detector port in a busy street: 2,000 advertisements a second, of five operators' tags and of strangers, through framer, decoder,
 * windows and intake to the buffer, in real time. What the processors worked for it is counted, whatever thread did it.
 *
 * The harder of both ways to know tags at once: patterns of five operators, and all 50,000 tags listed in the configuration too. Of the
 * operators as many as is said are taken up: their sightings are sealed and go to the buffer, those of the others are dropped.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { bleHci } from '../../devices/beacon-detector/ble-hci.ts';
import type { Decoder, Place, Step } from '../../devices/device-type.ts';
import { ReadingBuffer } from '../../gateway/buffer/buffer.ts';
import { diskSpaceOf } from '../../gateway/buffer/disk-room.ts';
import { readConfig } from '../../gateway/config/config.ts';
import { Sealing } from '../../gateway/enrolment/sealing.ts';
import { Activity, newPortActivity } from '../../gateway/intake/activity.ts';
import { DeviceTable } from '../../gateway/intake/device-table.ts';
import { Intake } from '../../gateway/intake/intake.ts';
import { StreamReader } from '../../gateway/intake/stream-reader.ts';
import type { SealTags } from '../../gateway/intake/tag-intake.ts';
import { openLog } from '../../gateway/machine/log.ts';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { bufferOptionsOf } from '../../gateway/open-buffer.ts';
import type { Receiver, StreamPort } from '../../gateway/ports/port.ts';
import type { Operator } from '../../shared/enrolment/operators.ts';
import type { OperatorPattern } from '../../shared/enrolment/pattern.ts';
import type { SealedSighting } from '../../shared/reading.ts';
import type { Random } from '../../simulators/random.ts';
import { advertise, hex, manufacturerData, type TagFrame } from '../../simulators/sensors/advertisement.ts';
import { type Advertisement, extendedReport } from '../../simulators/sensors/hci.ts';
import { operatorWithKey } from '../gateway/enrolment/hub-stand-in.ts';

const TAGS = 50_000;
/** Tags within range at a time, each heard twice a second. */
const PRESENT = 300;
const PER_SECOND = 2_000;
const TICK_MS = 20;
export const WARM_UP_S = 2;

const FLEETS = {
  alfa: 'f7826da64fa24e988024bc5b71e0893e',
  bravo: '6a1d4f0c52b74e0b9c360d4b8f3a7e21',
  charlie: '00112233445566778899aabbccddeeff',
  delta: '8b0ca750095477cb3e77',
} as const;
const COMPANY = 0x0059;

const PATTERNS: readonly OperatorPattern[] = [
  { operator: 'alfa', pattern: { format: 'ibeacon', uuid: FLEETS.alfa } },
  { operator: 'bravo', pattern: { format: 'ibeacon', uuid: FLEETS.bravo, major: 0 } },
  { operator: 'charlie', pattern: { format: 'altbeacon', organisation: FLEETS.charlie } },
  { operator: 'delta', pattern: { format: 'eddystone-uid', namespace: FLEETS.delta } },
  { operator: 'echo', pattern: { format: 'manufacturer', company: COMPANY, match: 'a5', id: { at: 1, length: 8 } } },
];

export interface DetectorLoad {
  /** Of one core, in per cent. */
  readonly percent: number;
  /** Of listed tags, and of operators' tags. */
  readonly readings: number;
  readonly tags: number;
  /** What was sealed. */
  readonly sealed: readonly SealedSighting[];
}

/** Five, each with a key of its own. */
export function fiveOperators(): Promise<readonly Operator[]> {
  return Promise.all(
    PATTERNS.map(async ({ operator: id, pattern }) => {
      const { operator } = await operatorWithKey(id);
      return { ...operator, patterns: [pattern] };
    }),
  );
}

/** `seconds`: how long it is watched. `operators`: those that are taken up. */
export async function detectorLoad(
  seconds: number,
  random: Random,
  operators: readonly Operator[],
): Promise<DetectorLoad> {
  const folder = mkdtempSync(join(tmpdir(), 'machimori-bench-'));
  try {
    return await watch(folder, seconds, random, operators);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function watch(
  folder: string,
  seconds: number,
  random: Random,
  operators: readonly Operator[],
): Promise<DetectorLoad> {
  const clock = new SystemClock('always');
  const log = openLog('error', () => performance.now());
  const sealed: SealedSighting[] = [];
  const sealing = keeping(new Sealing({ operators }, log), sealed);
  const { buffer, intake } = openPipeline(folder, clock, log, sealing);
  const place: Place = { transport: 'serial', operatorPatterns: () => PATTERNS };
  const tags = Array.from({ length: TAGS }, (_, number) => ({ name: `tag-${number}`, id: writtenId(number) }));
  const devices = [{ id: 'post-7', options: v.parse(bleHci.options, { tags }) }];
  const activity = newPortActivity('bench');
  const { port, receiver } = memoryPort();
  let told = 0;
  const decoder = countingTags(bleHci.decoder(devices, place), (count) => {
    told += count;
  });
  const reader = new StreamReader({
    ...{ name: 'ble', port, framer: bleHci.framer(devices, place), decoder, ownTime: false },
    ...{ activity, intake, clock, log },
  });
  const stop = new AbortController();
  const running = reader.run(stop.signal);
  const chunks = chunksOf(WARM_UP_S + seconds, random);
  let before = process.cpuUsage();
  const from = performance.now();
  for (const [tick, chunk] of chunks.entries()) {
    if (tick === (WARM_UP_S * 1_000) / TICK_MS) before = process.cpuUsage();
    receiver().bytes(chunk);
    await clock.sleep(Math.max(0, from + (tick + 1) * TICK_MS - performance.now()), stop.signal);
  }
  const { user, system } = process.cpuUsage(before);
  stop.abort();
  await running;
  await intake.idle();
  if (activity.rubbish > 0) throw new Error(`the benchmark's own bytes are rubbish: ${activity.lastRubbish?.en}`);
  const { readings } = activity;
  buffer.close();
  return { percent: Math.round(((user + system) / 1e6 / seconds) * 1_000) / 10, readings, tags: told, sealed };
}

function countingTags(decoder: Decoder, count: (tags: number) => void): Decoder {
  const counted = (step: Step | undefined): Step => {
    count(step?.tags?.length ?? 0);
    return step ?? {};
  };
  return {
    opened: (at) => counted(decoder.opened?.(at)),
    decode: (frame, at) => counted(decoder.decode(frame, at)),
    due: (at) => counted(decoder.due?.(at)),
    dueAt: () => decoder.dueAt?.() ?? Number.POSITIVE_INFINITY,
    end: (at) => counted(decoder.end?.(at)),
  };
}

/** Also keeps what is sealed. */
function keeping(sealing: SealTags, kept: SealedSighting[]): SealTags {
  return {
    async seal(tags, at) {
      const sealed = await sealing.seal(tags, at);
      kept.push(...sealed);
      return sealed;
    },
  };
}

function openPipeline(folder: string, clock: SystemClock, log: ReturnType<typeof openLog>, sealing: SealTags) {
  const result = readConfig(
    `gateway = { id = "gw-bench-01", tenant = "bench", data-directory = "${folder}" }
[[destination]]
name = "city"
type = "city-os"
url = "mqtt://127.0.0.1:9"
`,
    join(folder, 'gateway.toml'),
  );
  if (!result.ok) throw new Error(`the benchmark's own configuration is faulty: ${result.faults[0]?.what.en}`);
  const { config } = result;
  const table = new DeviceTable(config, []);
  const buffer = ReadingBuffer.open(
    bufferOptionsOf(config, { clock, log, devices: table, boot: 'bench', diskSpace: diskSpaceOf }),
  );
  const activity = new Activity();
  const intake = new Intake({
    buffer,
    activity,
    log,
    sealing,
    policies: { get: () => undefined },
    commitWithinMs: 1_000,
  });
  return { buffer, intake };
}

function memoryPort(): { readonly port: StreamPort; readonly receiver: () => Receiver } {
  let receiver: Receiver | undefined;
  const port: StreamPort = {
    ...{ shape: 'stream', path: 'memory', transport: 'serial' },
    run(to, signal) {
      receiver = to;
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    },
    write: async () => {},
  };
  return {
    port,
    receiver() {
      if (receiver === undefined) throw new Error('the port does not run');
      return receiver;
    },
  };
}

/** What the controller sends, tick by tick: extended reports, one an event, as it does where it has extended scanning. */
function chunksOf(seconds: number, random: Random): readonly Uint8Array[] {
  const tag = () => {
    const number = random.int(0, TAGS - 1);
    return { address: random.bytes(6), isRandomAddress: true, payload: payloadOf(number) };
  };
  const present = [tag(), ...Array.from({ length: PRESENT - 1 }, tag)] as const;
  const perTick = (PER_SECOND * TICK_MS) / 1_000;
  const ofTags = (2 * PRESENT * TICK_MS) / 1_000;
  return Array.from({ length: (seconds * 1_000) / TICK_MS }, () =>
    Buffer.concat(
      Array.from({ length: perTick }, (_, index) => {
        const rssi = random.int(-95, -45);
        const heard: Advertisement = index < ofTags ? { ...random.pick(present), rssi } : { ...stranger(random), rssi };
        return extendedReport(heard);
      }),
    ),
  );
}

function stranger(random: Random) {
  const address = random.bytes(6).map((byte, index) => (index === 0 ? (byte & 0x3f) | 0x40 : byte));
  const company = random.pick([0x004c, 0x0006, 0x0075, 0x00e0]);
  const payload = manufacturerData(company, Uint8Array.of(0x10, ...random.bytes(random.int(2, 20))));
  return { address, isRandomAddress: true, payload };
}

/** Ten thousand of each operator. */
function payloadOf(number: number): Uint8Array {
  const [operator, serial] = [number % 5, Math.floor(number / 5)];
  if (operator === 4)
    return manufacturerData(COMPANY, Uint8Array.of(0xa5, 0, 0, 0, 0, 0, 0, serial >>> 8, serial & 0xff));
  const eight = serial.toString(16).padStart(8, '0');
  const frames: readonly TagFrame[] = [
    { format: 'ibeacon', uuid: FLEETS.alfa, major: 0, minor: serial },
    { format: 'ibeacon', uuid: FLEETS.bravo, major: 0, minor: serial },
    { format: 'altbeacon', id: FLEETS.charlie + eight },
    { format: 'eddystone', namespace: FLEETS.delta, instance: `0000${eight}` },
  ];
  const frame = frames[operator];
  return frame === undefined ? hex('') : advertise(frame, -59);
}

/** As the configuration lists it; a tag without a format of its own stands there by an address that nobody has here. */
function writtenId(number: number): string {
  const [operator, serial] = [number % 5, Math.floor(number / 5)];
  const eight = serial.toString(16).padStart(8, '0');
  switch (operator) {
    case 0:
      return `ibeacon:${FLEETS.alfa}/0/${serial}`;
    case 1:
      return `ibeacon:${FLEETS.bravo}/0/${serial}`;
    case 2:
      return `altbeacon:${FLEETS.charlie}${eight}`;
    case 3:
      return `eddystone:${FLEETS.delta}/0000${eight}`;
    default:
      return `address:c6:00:${eight.replace(/..(?=.)/g, '$&:')}`;
  }
}
