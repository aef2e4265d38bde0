/**
 * A device's radio settings, and how it lets the network change them: channels, data rate, power, receive windows
 * (LoRaWAN 1.0.4 §5). A command is obeyed in full or not at all; its answer says which part was refused.
 */
import type { MacCommand } from './mac.ts';
import type { Radio } from './radio.ts';
import { type Channel, REGIONS, type Region, type RegionName, type Window } from './region.ts';

/** Channels of a dynamic plan (RP002: at least 16; the CFList and NewChannelReq fill them). */
const maxChannels = 16;
/** "Keep the current one" (1.0.4 §5.3). */
const KEEP = 0x0f;

type LinkAdr = Extract<MacCommand, { name: 'LinkADRReq' }>;
type Answerable<Name> = Extract<MacCommand, { name: Name }>;

export class ChannelPlan {
  readonly #region: Region;
  #channels: (Channel | undefined)[] = [];
  #enabled = new Set<number>();
  #turn = 0;
  dataRate: number;
  txPower = 0;
  nbTrans = 1;
  maxDutyCycle = 0;
  rx1DelayS = 1;
  #rx1DrOffset = 0;
  #rx2: Region['rx2'];

  constructor(name: RegionName) {
    this.#region = REGIONS[name];
    this.#rx2 = this.#region.rx2;
    this.dataRate = this.#region.joinDataRate;
    this.reset();
  }

  /** As at power-up: before a join, everything is at the region's defaults. */
  reset(): void {
    this.#channels = [...this.#region.channels];
    this.#enabled = new Set(this.#channels.keys());
    this.dataRate = this.#region.joinDataRate;
    this.txPower = 0;
    this.nbTrans = 1;
    this.rx1DelayS = 1;
    this.#rx1DrOffset = 0;
    this.#rx2 = this.#region.rx2;
  }

  get enabledChannels(): readonly number[] {
    return [...this.#enabled].sort((a, b) => a - b);
  }

  /** The next channel that carries the data rate, in rotation. */
  nextRadio(): Radio {
    const fitting = this.enabledChannels.filter((number) => this.#carries(number, this.dataRate));
    const channel = fitting[this.#turn++ % fitting.length];
    const frequencyHz = channel === undefined ? undefined : this.#channels[channel]?.frequencyHz;
    const rate = this.#region.dataRates[this.dataRate];
    if (channel === undefined || frequencyHz === undefined || rate === undefined)
      throw new RangeError(`no channel carries data rate ${this.dataRate}`);
    return { ...rate, frequencyHz, dataRate: this.dataRate, channel };
  }

  /** The two receive windows after an uplink (1.0.4 §3.3). */
  windowsAfter(radio: Radio): readonly [rx1: Window, rx2: Window] {
    const channel = this.#channels[radio.channel] ?? { frequencyHz: radio.frequencyHz, minDataRate: 0, maxDataRate: 0 };
    const rx1Rate = this.#region.dataRates[this.#region.rx1DataRate(radio.dataRate, this.#rx1DrOffset)];
    const rx2Rate = this.#region.dataRates[this.#rx2.dataRate];
    if (rx1Rate === undefined || rx2Rate === undefined) throw new RangeError('a window has no data rate');
    return [
      { ...rx1Rate, frequencyHz: this.#region.rx1FrequencyHz(channel, radio.channel) },
      { ...rx2Rate, frequencyHz: this.#rx2.frequencyHz },
    ];
  }

  /** DLSettings, RxDelay and CFList of a join-accept (1.0.4 §6.2.6). */
  joined({ dlSettings, rxDelay, cfList }: { dlSettings: number; rxDelay: number; cfList: Buffer }): void {
    this.#rx1DrOffset = (dlSettings >> 4) & 0x07;
    this.#rx2 = { ...this.#rx2, dataRate: dlSettings & 0x0f };
    this.rx1DelayS = Math.max(1, rxDelay & 0x0f);
    if (cfList.length < 16) return;
    if (cfList[15] === 0 && this.#region.plan === 'dynamic') this.#addFrequencies(cfList);
    if (cfList[15] === 1 && this.#region.plan === 'fixed') this.#enabled = this.#channelsInMasks(cfList);
  }

  /**
   * A run of LinkADRReqs is one request (1.0.4 §5.3): their masks in order, rate and power of the last. The answer's bits:
   * mask, data rate, power.
   */
  linkAdr(run: readonly LinkAdr[]): number {
    const last = run.at(-1);
    if (last === undefined) return 0;
    let enabled: Set<number> | undefined = new Set(this.#enabled);
    for (const request of run) enabled = enabled && this.#masked(enabled, request);
    const maskFits = enabled !== undefined && enabled.size > 0;
    const dataRate = last.dataRate === KEEP ? this.dataRate : last.dataRate;
    const rateFits = [...(enabled ?? this.#enabled)].some((number) => this.#carries(number, dataRate));
    const powerFits = last.txPower === KEEP || last.txPower <= this.#region.maxTxPower;
    if (maskFits && rateFits && powerFits) {
      this.#enabled = enabled ?? this.#enabled;
      this.dataRate = dataRate;
      if (last.txPower !== KEEP) this.txPower = last.txPower;
      this.nbTrans = Math.max(1, last.nbTrans);
    }
    return Number(maskFits) | (Number(rateFits) << 1) | (Number(powerFits) << 2);
  }

  /** The answer's bits: frequency, RX2 data rate, RX1 offset. */
  rxParameters({ rx1DrOffset, rx2DataRate, frequencyHz }: Answerable<'RXParamSetupReq'>): number {
    const frequencyFits = isUsable(frequencyHz);
    const rateFits = this.#region.dataRates[rx2DataRate] !== undefined;
    if (frequencyFits && rateFits) {
      this.#rx1DrOffset = rx1DrOffset;
      this.#rx2 = { frequencyHz, dataRate: rx2DataRate };
    }
    return Number(frequencyFits) | (Number(rateFits) << 1) | (1 << 2);
  }

  /** The answer's bits: frequency, data rates. Frequency 0 removes the channel; the region's own channels do not change. */
  newChannel({ channel, frequencyHz, minDataRate, maxDataRate }: Answerable<'NewChannelReq'>): number {
    const isFree = channel < maxChannels && channel >= this.#region.channels.length;
    const frequencyFits = isFree && (frequencyHz === 0 || isUsable(frequencyHz));
    const ratesFit = minDataRate <= maxDataRate && this.#region.dataRates[maxDataRate] !== undefined;
    if (frequencyFits && frequencyHz === 0) {
      this.#channels[channel] = undefined;
      this.#enabled.delete(channel);
    } else if (frequencyFits && ratesFit) {
      this.#channels[channel] = { frequencyHz, minDataRate, maxDataRate };
      this.#enabled.add(channel);
    }
    return Number(frequencyFits) | (Number(ratesFit) << 1);
  }

  /** The answer's bits: frequency, uplink channel exists. */
  downlinkChannel({ channel, frequencyHz }: Answerable<'DlChannelReq'>): number {
    const known = this.#channels[channel];
    const frequencyFits = isUsable(frequencyHz);
    if (known !== undefined && frequencyFits) this.#channels[channel] = { ...known, downlinkHz: frequencyHz };
    return Number(frequencyFits) | (Number(known !== undefined) << 1);
  }

  #carries(number: number, dataRate: number): boolean {
    const channel = this.#channels[number];
    return channel !== undefined && channel.minDataRate <= dataRate && dataRate <= channel.maxDataRate;
  }

  /** Undefined if the mask enables missing channels or is invalid. */
  #masked(enabled: ReadonlySet<number>, { chMask, chMaskCntl }: LinkAdr): Set<number> | undefined {
    const next = new Set(enabled);
    const set = (number: number, isOn: boolean) => (isOn ? next.add(number) : next.delete(number));
    const bank = (first: number, count: number) => {
      for (let at = 0; at < count; at++) set(first + at, ((chMask >> at) & 1) === 1);
    };
    const bankOfAll = () => {
      for (const [number, channel] of this.#channels.entries()) set(number, channel !== undefined);
    };
    if (this.#region.plan === 'dynamic') {
      if (chMaskCntl === 0) bank(0, maxChannels);
      else if (chMaskCntl === 6) bankOfAll();
      else return undefined;
    } else if (chMaskCntl <= 3) bank(chMaskCntl * 16, 16);
    else if (chMaskCntl === 4) bank(64, 8);
    else if (chMaskCntl === 5) {
      for (let of = 0; of < 8; of++) {
        const isOn = ((chMask >> of) & 1) === 1;
        for (let at = 0; at < 8; at++) set(of * 8 + at, isOn);
        set(64 + of, isOn);
      }
    } else {
      for (let number = 0; number < 64; number++) set(number, chMaskCntl === 6);
      bank(64, 8);
    }
    return [...next].every((number) => this.#channels[number] !== undefined) ? next : undefined;
  }

  /** Five frequencies of three bytes; 0 is unused (RP002, CFListType 0). */
  #addFrequencies(cfList: Buffer): void {
    for (let at = 0; at < 5; at++) {
      const frequencyHz = cfList.readUIntLE(at * 3, 3) * 100;
      if (frequencyHz === 0) continue;
      const number = this.#region.channels.length + at;
      this.#channels[number] = { frequencyHz, minDataRate: 0, maxDataRate: 5 };
      this.#enabled.add(number);
    }
  }

  /** Masks of 16 channels each (RP002, CFListType 1). */
  #channelsInMasks(cfList: Buffer): Set<number> {
    const isOn = (number: number) => ((cfList.readUInt16LE((number >> 4) * 2) >> (number % 16)) & 1) === 1;
    return new Set([...this.#channels.keys()].filter(isOn));
  }
}

/** All four regions are within it. */
function isUsable(frequencyHz: number): boolean {
  return frequencyHz >= 863_000_000 && frequencyHz <= 928_000_000;
}
