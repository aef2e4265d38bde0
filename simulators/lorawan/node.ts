/**
 * A device in operation: joins, sends, opens its windows, repeats what was not acknowledged, and has mishaps.
 *
 * It sends one frame at a time. A confirmed uplink is tried `maxTries` times, ACK_TIMEOUT (1 to 3 s, RP002 §2.2) after RX2
 * opens; a join is tried `maxJoinTries` times, each with a new DevNonce. Its last `maxKept` uplinks are kept for replays, and
 * so is the answered join-request: a request that the network never received would still be accepted.
 */
import type { Clock } from '../../shared/clock.ts';
import type { FaultBoard } from '../fault-board.ts';
import type { Random } from '../random.ts';
import type { Air, Link } from './air.ts';
import { cayenneLpp } from './cayenne-lpp.ts';
import type { LorawanDevice, SentFrame } from './device.ts';
import { timeOnAirMs } from './radio.ts';

export interface NodeOptions {
  readonly device: LorawanDevice;
  readonly air: Air;
  readonly links: readonly Link[];
  readonly clock: Clock;
  readonly random: Random;
  readonly port: number;
  /** With `NODE_FAULTS`. */
  readonly faults: FaultBoard;
  readonly signal: AbortSignal;
}

/** What a node did, in frames. */
export interface NodeCounts {
  joinRequests: number;
  frames: number;
  replayed: number;
  badMics: number;
  needlessRepeats: number;
  powerLosses: number;
}

const JOIN_RX1_MS = 5000;
const RX2_AFTER_MS = 1000;
const POWER_DBM = 13;
const STEP_DB = 2;
const maxTries = 8;
const maxJoinTries = 100;
const maxKept = 8;

export class LorawanNode {
  readonly device: LorawanDevice;
  readonly counts: NodeCounts = {
    joinRequests: 0,
    frames: 0,
    replayed: 0,
    badMics: 0,
    needlessRepeats: 0,
    powerLosses: 0,
  };
  /** Sequence numbers whose uplink was acknowledged, and those that at least one gateway heard. */
  readonly acknowledged: number[] = [];
  readonly sent: number[] = [];
  readonly #options: NodeOptions;
  readonly #kept: SentFrame[] = [];
  #sequence = 0;

  constructor(options: NodeOptions) {
    this.device = options.device;
    this.#options = options;
  }

  /** Whether it has joined; always true with fixed keys. Each try is made by `inTurn`. */
  async join(inTurn: (tryOnce: () => Promise<void>) => Promise<void> = (tryOnce) => tryOnce()): Promise<boolean> {
    const { device, clock, random, signal } = this.#options;
    for (let tries = 0; !device.isJoined && tries < maxJoinTries && !signal.aborted; tries++) {
      if (tries > 0) await clock.sleep(random.int(1000, 5000), signal);
      await inTurn(() => this.#tryToJoin());
    }
    return device.isJoined;
  }

  async #tryToJoin(): Promise<void> {
    const { device } = this.#options;
    this.counts.joinRequests++;
    const request = device.joinRequest();
    await this.#exchange(request, JOIN_RX1_MS);
    if (device.isJoined) this.#keep(request);
  }

  /** The next uplink: the temperature and a number that no other uplink of this device has. */
  async report(confirmed: boolean): Promise<void> {
    const { device, clock, random, port, faults, signal } = this.#options;
    if (faults.happens('lose-power', random)) {
      this.counts.powerLosses++;
      device.losePower();
    }
    if (!(await this.join())) return;
    const sequence = this.#sequence++;
    const payload = cayenneLpp([
      { channel: 1, type: 'temperature', value: 20 + (sequence % 100) / 10 },
      { channel: 2, type: 'generic', value: sequence },
    ]);
    let isHeard = await this.#send(device.uplink({ port, payload, confirmed }));
    for (let tries = 1; confirmed && !device.acknowledged && tries < maxTries && !signal.aborted; tries++) {
      await clock.sleep(random.int(1000, 3000), signal);
      isHeard = (await this.#send(device.again(device.plan.nextRadio()))) || isHeard;
    }
    if (isHeard) this.sent.push(sequence);
    if (confirmed && device.acknowledged) this.acknowledged.push(sequence);
    await this.#mishaps();
  }

  async #mishaps(): Promise<void> {
    const { device, random, faults } = this.#options;
    if (device.acknowledged && faults.happens('needless-repeat', random)) {
      this.counts.needlessRepeats++;
      await this.#send(device.again());
    }
    if (faults.happens('bad-mic', random)) {
      this.counts.badMics++;
      await this.#intoAir(device.badMic());
    }
    const earlier = this.#kept[random.int(0, maxKept - 1)];
    if (earlier !== undefined && faults.happens('replay', random)) {
      this.counts.replayed++;
      await this.#intoAir(earlier);
    }
  }

  /** Whether a gateway heard it. */
  async #send(frame: SentFrame): Promise<boolean> {
    this.counts.frames++;
    this.#keep(frame);
    return (await this.#exchange(frame, this.#options.device.plan.rx1DelayS * 1000)) > 0;
  }

  #keep(frame: SentFrame): void {
    this.#kept.push(frame);
    if (this.#kept.length > maxKept) this.#kept.shift();
  }

  /** Sends and listens in both windows; returns how many gateways heard it. */
  async #exchange(frame: SentFrame, rx1DelayMs: number): Promise<number> {
    const { device, air, links } = this.#options;
    const [rx1, rx2] = device.plan.windowsAfter(frame.radio);
    const { heardBy, endedAtMs } = await this.#intoAir(frame);
    const windows = [
      { ...rx1, opensAtMs: endedAtMs + rx1DelayMs },
      { ...rx2, opensAtMs: endedAtMs + rx1DelayMs + RX2_AFTER_MS },
    ];
    await air.listen(links, windows, (phyPayload) => device.hear(phyPayload).kind !== 'not-for-me');
    return heardBy;
  }

  async #intoAir(frame: SentFrame): Promise<{ heardBy: number; endedAtMs: number }> {
    const { air, links, clock, device, signal } = this.#options;
    const endedAtMs = clock.moment().monotonic + timeOnAirMs(frame.radio, frame.phyPayload.length, true);
    await clock.sleep(endedAtMs - clock.moment().monotonic, signal);
    if (signal.aborted) return { heardBy: 0, endedAtMs };
    return { heardBy: air.uplink(frame, links, POWER_DBM - STEP_DB * device.plan.txPower, endedAtMs), endedAtMs };
  }
}

/** Antenna power of a device with this maximum before the network turns it down, dBm. */
export const NODE_POWER_DBM = POWER_DBM;
