/**
 * LoRaWAN frames through the network server: verified, decrypted, decoded and durable.
 *
 * A thousand devices with fixed keys; their frames are made beforehand and handed over as a port would, so many at once, so that
 * commits are shared as they are when a city speaks. What the processors worked for it is counted, whatever thread did it.
 */
import { setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { regionOf } from '../../devices/lorawan/regions/regions.ts';
import { ReadingBuffer } from '../../gateway/buffer/buffer.ts';
import { diskSpaceOf } from '../../gateway/buffer/disk-room.ts';
import { CodecRunner } from '../../gateway/codecs/runner.ts';
import { readConfig } from '../../gateway/config/config.ts';
import { Activity, newPortActivity } from '../../gateway/intake/activity.ts';
import { DeviceTable } from '../../gateway/intake/device-table.ts';
import { Intake } from '../../gateway/intake/intake.ts';
import { followRegister } from '../../gateway/lorawan/follow-register.ts';
import { Network } from '../../gateway/lorawan/network.ts';
import { Register } from '../../gateway/lorawan/register.ts';
import { openLog } from '../../gateway/machine/log.ts';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { bufferOptionsOf } from '../../gateway/open-buffer.ts';
import type { RadioReceiver } from '../../gateway/ports/radio.ts';
import { toHex } from '../../shared/hex.ts';
import { cayenneLpp } from '../../simulators/lorawan/cayenne-lpp.ts';
import { LorawanDevice, type SentFrame } from '../../simulators/lorawan/device.ts';
import { Random } from '../../simulators/random.ts';
import { sampleCodec, samplePayload } from './sample-codec.ts';

const DEVICES = 1_000;
const atOnce = 500;
const REGION = 'AS923-1';

export interface LorawanThroughput {
  readonly uplinksPerSecond: number;
  /** For each second that a core worked. */
  readonly uplinksPerCoreSecond: number;
}

/** `payload`: Cayenne LPP, or a codec of a few kilobytes. */
export async function lorawanUplinks(count: number, payload: 'lpp' | 'codec'): Promise<LorawanThroughput> {
  const folder = mkdtempSync(join(tmpdir(), 'machimori-bench-'));
  const rig = openRig(folder);
  try {
    const bytes =
      payload === 'lpp'
        ? cayenneLpp([{ channel: 1, type: 'temperature', value: 21.5 }])
        : Uint8Array.from(samplePayload);
    const frames = register(rig.register, payload).flatMap((device) =>
      Array.from({ length: Math.ceil(count / DEVICES) + 1 }, () => device.uplink({ port: 2, payload: bytes })),
    );
    const rounds = byRound(frames);
    const [warmUp = [], ...measured] = rounds;
    await hand(warmUp, rig);
    const [from, cpuBefore] = [performance.now(), process.cpuUsage()];
    for (const round of measured) await hand(round, rig);
    const cpu = process.cpuUsage(cpuBefore);
    const done = rig.network.stats.uplinks - warmUp.length;
    const seconds = (performance.now() - from) / 1000;
    return {
      uplinksPerSecond: Math.round(done / seconds),
      uplinksPerCoreSecond: Math.round(done / ((cpu.user + cpu.system) / 1e6)),
    };
  } finally {
    await rig.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Rig {
  readonly register: Register;
  readonly network: Network;
  readonly receiver: RadioReceiver;
  close(): Promise<void>;
}

function openRig(folder: string): Rig {
  writeFileSync(join(folder, 'codec.js'), sampleCodec(0).source);
  const result = readConfig(
    `gateway = { id = "gw-bench-01", tenant = "bench", data-directory = "${folder}" }
lorawan = { region = "${REGION}", gather = "0s", device-status-every = "30d" }
[[profile]]
name = "lpp"
type = "lorawan"
payload = "lpp"
[[profile]]
name = "codec"
type = "lorawan"
codec-file = "codec.js"
[[destination]]
name = "city"
type = "city-os"
url = "mqtt://127.0.0.1:9"
`,
    join(folder, 'gateway.toml'),
  );
  if (!result.ok) throw new Error(`the benchmark's own configuration is faulty: ${result.faults[0]?.what.en}`);
  const { config } = result;
  const log = openLog('error', () => performance.now());
  const clock = new SystemClock('always');
  const register = Register.open(config);
  const devices = new DeviceTable(config, register.entries);
  const buffer = ReadingBuffer.open(
    bufferOptionsOf(config, { clock, log, devices, boot: 'bench', diskSpace: diskSpaceOf }),
  );
  const activity = new Activity();
  const intake = new Intake({
    buffer,
    activity,
    log,
    policies: { get: (id) => devices.get(id)?.policy },
    commitWithinMs: 1_000,
  });
  const codecs = new CodecRunner({ clock, log });
  const network = new Network({ config, register, intake, clock, log, codecs, random: Math.random });
  followRegister(register, { devices, buffer, activity, network });
  const stop = new AbortController();
  setMaxListeners(0, stop.signal); // one for each frame that is gathered
  return {
    register,
    network,
    receiver: network.receiver(newPortActivity('bench'), stop.signal),
    async close() {
      stop.abort();
      await codecs.close();
      buffer.close();
    },
  };
}

function register(into: Register, profile: string): readonly LorawanDevice[] {
  const random = new Random(1);
  const identities = Array.from({ length: DEVICES }, (_, n) => ({
    devEui: `70b3d57ed0${n.toString(16).padStart(6, '0')}`,
    devAddr: (0x0100_0000 + n).toString(16).padStart(8, '0'),
    nwkSKey: toHex(random.bytes(16)),
    appSKey: toHex(random.bytes(16)),
  }));
  into.add(
    identities.map(({ devEui, devAddr, nwkSKey, appSKey }) => ({
      id: devEui,
      project: 'bench',
      devEui,
      activation: 'abp',
      version: '1.0.3',
      devAddr,
      allowsCounterReset: false,
      profile,
      range: [],
      threshold: [],
      keys: { nwkSKey, appSKey },
    })),
    Date.now(),
  );
  return identities.map(
    ({ devEui, devAddr, nwkSKey, appSKey }) =>
      new LorawanDevice({
        devEui,
        random: random.fork(),
        adr: false,
        activation: { devAddr, fNwkSIntKey: nwkSKey, appSKey },
      }),
  );
}

/** The first frame of each device, then the second of each, and so on. */
function byRound(frames: readonly SentFrame[]): readonly (readonly SentFrame[])[] {
  const each = frames.length / DEVICES;
  return Array.from({ length: each }, (_, round) => frames.filter((_, i) => i % each === round));
}

async function hand(frames: readonly SentFrame[], { receiver, network }: Rig): Promise<void> {
  const rates = regionOf(REGION).uplinkDataRates;
  const clock = new SystemClock('always');
  for (let from = 0; from < frames.length; from += atOnce) {
    const expected = network.stats.uplinks + Math.min(atOnce, frames.length - from);
    for (const { phyPayload, radio } of frames.slice(from, from + atOnce)) {
      const modulation = rates[radio.dataRate];
      if (modulation === undefined) throw new Error('the region has no such data rate');
      receiver.heard({
        station: 'b827ebfffe000001',
        bytes: phyPayload,
        frequencyHz: radio.frequencyHz,
        modulation,
        rssi: -80,
        snr: 8,
        at: clock.moment(),
        heardAt: clock.moment().monotonic,
        reply: async () => ({ outcome: 'sent' }),
        delivered: () => {},
      });
    }
    while (network.stats.uplinks < expected) {
      await new Promise((resolve) => setImmediate(resolve)); // until the window has closed
      await network.idle();
    }
  }
}
