/**
 * A day of one band: a network server with its buffer, two stations, and devices of three kinds, on a virtual clock.
 *
 * The devices are an independent model (end-device.ts). Frames get lost, copies come late, stations refuse or stay silent, and
 * every device gets commands. What went wrong is a list of sentences; it should be empty.
 */
import type { Reading } from '../../shared/reading.ts';
import { Random } from '../../simulators/random.ts';
import { NetworkRig } from '../gateway/lorawan/network-rig.ts';
import { folderInMemory } from '../gateway/temporary-folder.ts';
import { airTimeMs, BANDS, type Band, type BandName } from './band.ts';
import { EndDevice, type Stack, type Transmission, type Window } from './end-device.ts';
import { offences, pauseOf, type SentFrame, Station } from './station.ts';

const subBand = 2;
const extraChannels: Readonly<Partial<Record<BandName, readonly number[]>>> = {
  EU868: [867_100_000, 867_300_000],
  'AS923-1': [922_000_000, 922_200_000],
};
const uplinkEveryMs = 5 * 60_000;
const commandEveryMs = 40 * 60_000;
const expiresAfterMs = 3 * 3_600_000;
const hourMs = 3_600_000;
/** How far from its time a frame may begin so that a device in its window hears it. */
const toleranceMs = 5;

const KINDS: readonly (Stack & { readonly name: string; readonly isAbp: boolean })[] = [
  { name: 'full', version: '1.0.4', isDeaf: false, isSimple: false, isAbp: false },
  { name: 'full-1.1', version: '1.1', isDeaf: false, isSimple: false, isAbp: false },
  { name: 'full-abp', version: '1.0.3', isDeaf: false, isSimple: false, isAbp: true },
  { name: 'deaf', version: '1.0.3', isDeaf: true, isSimple: false, isAbp: false },
  { name: 'deaf-abp', version: '1.0.4', isDeaf: true, isSimple: false, isAbp: true },
  { name: 'simple', version: '1.0.2', isDeaf: false, isSimple: true, isAbp: false },
  { name: 'simple-abp', version: '1.0.2', isDeaf: false, isSimple: true, isAbp: true },
];

interface Command {
  readonly id: number;
  readonly bytes: number;
  readonly isConfirmed: boolean;
  readonly queuedAt: number;
  received: number;
}

class Participant {
  readonly id: string;
  readonly device: EndDevice;
  readonly snr: number;
  /** What it sent and a station heard, by frame counter, with its payload; and what became readings. */
  readonly heard = new Set<number>();
  readonly commands: Command[] = [];
  uplinks = 0;
  lastHeardAt = 0;
  /** Confirmed uplinks that a station heard; those of them without an answer in all their tries. */
  confirmed = 0;
  unacknowledged = 0;
  /** Frames that stations sent it. */
  downlinks = 0;
  /** Since it was first told its channels: uplinks that no station heard, and all. Before that: those that one heard. */
  readonly told = { missed: 0, uplinks: 0, heardBefore: 0 };
  listening: { readonly endedAt: number; readonly windows: readonly Window[]; heardIn?: number } | undefined;
  isAcknowledged = false;

  constructor(id: string, device: EndDevice, snr: number) {
    this.id = id;
    this.device = device;
    this.snr = snr;
  }
}

export interface Outcome {
  readonly faults: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

export class Day {
  readonly #band: Band;
  readonly #random: Random;
  readonly #rig: NetworkRig;
  readonly #stations: readonly Station[];
  readonly #participants: readonly Participant[];
  readonly #faults: string[] = [];
  readonly #readings: Reading[] = [];
  #isOver = false;
  #unheardDownlinks = 0;

  constructor(name: BandName, seed: number) {
    this.#band = BANDS[name];
    this.#random = new Random(seed);
    const extra = extraChannels[name] ?? [];
    this.#rig = new NetworkRig(
      `[lorawan]\nregion = "${name}"\nsub-band = ${subBand}\n${extra.length > 0 ? `channels = [${extra.join(', ')}]` : ''}`,
      folderInMemory(),
    );
    const { clock } = this.#rig.rig;
    const channels = this.#band.isFixed
      ? this.#band.channels.filter((_, n) => (n < 64 ? n >> 3 === subBand - 1 : n === 64 + subBand - 1))
      : [...this.#band.channels, ...extra];
    const transmit = (frame: SentFrame) => this.#onAir(frame);
    this.#stations = [
      { eui: 'aa00000000000001', silence: 0.02 },
      { eui: 'aa00000000000002', silence: 0.1 },
    ].map(
      (each) => new Station({ ...each, channels, clock, random: this.#random, pauseMs: pauseOf(this.#band), transmit }),
    );
    this.#participants = KINDS.map((kind, n) => this.#register(kind, n + 1, extra));
  }

  async run(hours: number): Promise<Outcome> {
    for (const each of this.#participants) {
      void this.#live(each).catch((fault) => this.#faults.push(`${each.id}: ${fault}`));
      void this.#command(each);
    }
    for (let hour = 1; hour <= hours; hour++) {
      await this.#rig.rig.clock.advance(hourMs);
      this.#readings.push(...this.#rig.stored());
      if (hour === Math.ceil(hours / 2)) this.#rig.restart();
    }
    this.#isOver = true;
    await this.#rig.rig.clock.advance(60_000);
    await this.#rig.pass(this.#rig.network.idle());
    this.#readings.push(...this.#rig.stored());
    this.#audit(hours);
    return { faults: this.#faults, figures: this.#figures() };
  }

  #register(kind: (typeof KINDS)[number], n: number, extra: readonly number[]): Participant {
    const { name: id, version, isAbp } = kind;
    const random = () => this.#random.next();
    const key = (seed: number) => Buffer.alloc(16, seed * 16 + n);
    const devEui = `70b3d57ed000000${n}`;
    const devAddr = `0000000${n}`;
    const [appKey, nwkKey, nwkSKey, appSKey] = [key(1), key(2), key(3), key(4)];
    const common = { id, devEui, version };
    if (isAbp) {
      const keys = { nwkSKey: nwkSKey.toString('hex'), appSKey: appSKey.toString('hex') };
      this.#rig.add({ ...common, activation: 'abp', devAddr, keys });
    } else {
      const nwk = version === '1.1' ? { nwkKey: nwkKey.toString('hex') } : {};
      this.#rig.add({ ...common, joinEui: '00000000000000aa', keys: { appKey: appKey.toString('hex'), ...nwk } });
    }
    const activation = isAbp
      ? { devAddr, nwkSKey, appSKey, extraChannels: extra }
      : { devEui, joinEui: '00000000000000aa', appKey, ...(version === '1.1' && { nwkKey }) };
    return new Participant(id, new EndDevice(this.#band, kind, activation, random), this.#random.int(-2, 9));
  }

  async #live(each: Participant): Promise<void> {
    const { clock } = this.#rig.rig;
    const { device } = each;
    await clock.sleep(this.#random.int(0, uplinkEveryMs));
    while (!device.isJoined && !this.#isOver) {
      await this.#send(each, device.joinRequest());
      if (!device.isJoined) await clock.sleep(this.#random.int(30_000, 60_000));
    }
    while (!this.#isOver) {
      const isConfirmed = !device.stack.isDeaf && this.#random.chance(0.15);
      const fCnt = device.fCntUp;
      const { carries, ...first } = device.uplink(2, Buffer.alloc(this.#random.int(0, 8), fCnt), isConfirmed);
      each.isAcknowledged = false;
      let isHeard = await this.#send(each, first);
      for (let tries = 1; isConfirmed && !each.isAcknowledged && tries < 8; tries++) {
        await clock.sleep(this.#random.int(1_000, 3_000));
        isHeard = (await this.#send(each, device.again())) || isHeard;
      }
      if (isConfirmed && isHeard) each.confirmed++;
      if (isConfirmed && isHeard && !each.isAcknowledged) each.unacknowledged++;
      if (isHeard && carries) each.heard.add(fCnt);
      if (isHeard) each.lastHeardAt = clock.moment().monotonic;
      each.uplinks++;
      if (device.masksTaken > 0) {
        each.told.uplinks++;
        if (!isHeard) each.told.missed++;
      } else if (isHeard) each.told.heardBefore++;
      await clock.sleep(this.#random.int(uplinkEveryMs / 2, uplinkEveryMs * 1.5));
    }
  }

  /** Sends a frame and listens in both windows. Whether a station heard it. */
  async #send(each: Participant, sent: Transmission): Promise<boolean> {
    const { clock } = this.#rig.rig;
    await clock.sleep(Math.ceil(airTimeMs(sent.rate, sent.bytes.length, true))); // clocks count whole milliseconds
    const endedAt = clock.moment().monotonic;
    each.listening = { endedAt, windows: sent.windows };
    const isLost = this.#random.chance(0.02);
    const hearing = isLost
      ? []
      : this.#stations.filter((station, n) => (n === 0 || this.#random.chance(0.7)) && station.hears(sent));
    for (const station of hearing) {
      const lineMs = this.#random.chance(0.1) ? this.#random.int(200, 1_900) : this.#random.int(5, 120);
      void clock.sleep(lineMs).then(() => {
        this.#rig.receive(station.reception(sent, endedAt, each.snr - this.#random.int(0, 3)));
      });
    }
    const last = sent.windows[1].afterMs;
    await clock.sleep(last + 3_000);
    each.listening = undefined;
    return hearing.length > 0;
  }

  /** A station transmits: whoever listens for it hears it. */
  #onAir(frame: SentFrame): void {
    let isForSomebody = false;
    for (const each of this.#participants) {
      const { listening, device } = each;
      if (device.isMeant(frame.bytes)) each.downlinks++;
      const window = listening?.windows.find(
        ({ afterMs, hz, dataRate }) =>
          Math.abs(listening.endedAt + afterMs - frame.from) <= toleranceMs &&
          hz === frame.hz &&
          device.band.downlinkRates[dataRate] === frame.rate,
      );
      if (listening === undefined || window === undefined) continue;
      isForSomebody = true;
      if (listening.heardIn !== undefined) {
        if (device.isMeant(frame.bytes)) this.#faults.push(`${each.id}: answered twice`);
        continue;
      }
      const heard = device.hear(frame.bytes, window);
      if (heard === undefined) continue;
      listening.heardIn = window.afterMs;
      if (heard.ack) each.isAcknowledged = true;
      if (heard.port === 10 && heard.payload !== undefined) {
        const id = heard.payload.readUInt8(0);
        const command = each.commands.find((one) => one.id === id);
        if (command === undefined || command.bytes !== heard.payload.length)
          this.#faults.push(`${each.id}: an unknown command`);
        else command.received++;
      }
    }
    if (!isForSomebody) this.#unheardDownlinks++;
  }

  async #command(each: Participant): Promise<void> {
    const { clock } = this.#rig.rig;
    const registered = this.#rig.register.get(each.id);
    if (registered === undefined) throw new Error('it is not registered');
    for (;;) {
      await clock.sleep(this.#random.int(commandEveryMs / 2, commandEveryMs * 1.5));
      if (this.#isOver) return;
      const { wall, monotonic } = clock.moment();
      const room = this.#room(each.device);
      const bytes = this.#random.chance(0.3) ? this.#random.int(1, room) : this.#random.int(1, 10);
      const isConfirmed = this.#random.chance(0.3);
      const id = await this.#rig.network.downlinks.send(registered, {
        port: 10,
        payload: Buffer.alloc(bytes, each.commands.length + 1),
        confirmed: isConfirmed,
        expiresAt: wall + expiresAfterMs,
      });
      if (id === undefined) this.#faults.push(`${each.id}: its queue is full`);
      else each.commands.push({ id, bytes, isConfirmed, queuedAt: monotonic, received: 0 });
    }
  }

  /** What fits into RX1 now, and so sooner or later goes, as long as the device does not get slower. */
  #room({ dataRate }: EndDevice): number {
    const rx1 = this.#band.rx1({ dataRate, channel: 0, hz: 0 }).dataRate;
    return Math.max(11, (this.#band.maxMacPayload[rx1] ?? 0) - 8);
  }

  #audit(hours: number): void {
    for (const station of this.#stations) {
      this.#faults.push(...offences(station.sent, this.#band).map((what) => `station ${station.eui}: ${what}`));
    }
    if (this.#unheardDownlinks > 0) this.#faults.push(`${this.#unheardDownlinks} downlinks went where nobody listens`);
    for (const each of this.#participants) {
      const { id, device } = each;
      const say = (what: string) => this.#faults.push(`${id}: ${what}`);
      for (const fault of new Set(device.faults)) say(fault);
      if (!device.isJoined) say('it has not joined');
      this.#auditReadings(each, say);
      this.#auditChannels(each, say);
      this.#auditQueue(each, say);
      this.#auditAirTime(each, hours, say);
    }
  }

  /** Whoever hears is answered, and who does not hear costs little. */
  #auditAirTime(
    { device, commands, uplinks, downlinks, ...each }: Participant,
    hours: number,
    say: (what: string) => void,
  ): void {
    if (each.unacknowledged > 1 + 0.02 * each.confirmed)
      say(`${each.unacknowledged} of ${each.confirmed} were not acknowledged`);
    // Up to four tries of each command; a fifth of its uplinks ask something, an eighth of the rest whether anybody hears them; and
    // what the network asks by itself, at first, then ever more seldom
    const tries = commands.reduce((sum, { isConfirmed }) => sum + (isConfirmed ? 4 : 1), 0);
    const own = 10 + 0.5 * hours + (0.25 + 0.8 / 8) * uplinks;
    if (device.stack.isDeaf && downlinks > tries + own) say(`${downlinks} downlinks to a device that hears nothing`);
  }

  #auditReadings({ id, heard, uplinks }: Participant, say: (what: string) => void): void {
    if (uplinks === 0) say('it never spoke');
    const own = this.#readings.filter(({ device, kind }) => device === id && kind === 'measurement');
    const counters = own.map(({ values }) => Number(values.frameCounter));
    if (new Set(counters).size !== counters.length) say('a frame was stored twice');
    const stored = new Set(counters);
    const lost = [...heard].filter((fCnt) => !stored.has(fCnt));
    if (lost.length > 0) say(`${lost.length} frames that a station heard were not stored`);
  }

  /** A device that hears keeps to the channels that its stations hear; every device has some, and those it was given. */
  #auditChannels({ device, told }: Participant, say: (what: string) => void): void {
    const { stack, channels } = device;
    if (this.#band.isFixed) {
      const narrow = channels.on.filter((channel) => channel < 64);
      if (narrow.length < 8) say(`it has ${narrow.length} channels left`);
      if (!stack.isDeaf && narrow.some((channel) => channel >> 3 !== subBand - 1)) say('it was not told its sub-band');
      if (!stack.isDeaf && told.heardBefore > 6) say(`it was told its sub-band only after ${told.heardBefore} uplinks`);
      if (!stack.isDeaf && told.missed > 0.1 * told.uplinks + 3)
        say(`${told.missed} of ${told.uplinks} uplinks were in vain`);
    } else {
      const expected = [...this.#band.channels, ...(extraChannels[this.#band.name] ?? [])];
      const gone = expected.filter((hz) => !channels.onHz.includes(hz));
      if (gone.length > 0) say(`it has lost the channels ${gone.join(', ')}`);
    }
    if (!stack.isDeaf && device.masksRefused > 0) say(`it refused ${device.masksRefused} LinkADRReqs`);
  }

  #auditQueue({ id, device, commands, uplinks, lastHeardAt }: Participant, say: (what: string) => void): void {
    const results = new Map(
      this.#readings
        .filter(({ device: of, values }) => of === id && values.downlinkResult !== undefined)
        .map(({ values }) => [Number(values.downlink), String(values.downlinkResult)] as const),
    );
    const isDeaf = device.stack.isDeaf;
    for (const command of commands) {
      const result = results.get(command.id);
      const what = `command ${command.id} (${command.bytes} bytes${command.isConfirmed ? ', confirmed' : ''})`;
      const waitedMs = lastHeardAt - command.queuedAt;
      if (result === undefined && waitedMs > expiresAfterMs + uplinkEveryMs) say(`${what} still waits`);
      if (!command.isConfirmed && command.received > 1) say(`${what} came ${command.received} times`);
      if (result === 'sent' && !isDeaf && command.received !== 1)
        say(`${what} was sent and came ${command.received} times`);
      if (result === 'acknowledged' && command.received === 0) say(`${what} was acknowledged, but never came`);
      if (result === 'not-acknowledged' && !isDeaf && command.received > 0)
        say(`${what} came, but its ACK did not count`);
      if (result === 'expired' && !isDeaf && uplinks > 20) say(`${what} expired`);
    }
  }

  #figures(): Readonly<Record<string, number>> {
    const { stats } = this.#rig.network;
    const airMs = this.#stations.flatMap(({ sent }) => sent.map(({ from, to }) => to - from));
    return {
      ...stats,
      ...Object.fromEntries(this.#rig.port.rubbishByCode),
      commands: this.#participants.reduce((sum, { commands }) => sum + commands.length, 0),
      uplinksSent: this.#participants.reduce((sum, { uplinks }) => sum + uplinks, 0),
      airTimeS: Math.round(airMs.reduce((sum, ms) => sum + ms, 0) / 1_000),
      ...Object.fromEntries(this.#participants.map(({ id, device }) => [`dr ${id}`, device.dataRate])),
    };
  }
}
