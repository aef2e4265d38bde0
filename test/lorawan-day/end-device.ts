/**
 * A class A end-device after LoRaWAN 1.0.4 (TS001), with what 1.0.2, 1.0.3 and 1.1 do otherwise: its frames, its windows, and what it does with what
 * it hears. An independent model for the day: it shares no code with `devices/`, nor with the simulated devices of
 * `simulators/`. What the network does that a device must not be done goes into `faults`.
 */

import type { Band } from './band.ts';
import { ChannelSet, type LinkAdr } from './channel-set.ts';
import { aes, cmac4, crypt, cryptFOpts, DOWN, dataMic, type Keys, keys10, keys11, le, padded, UP } from './ciphers.ts';

export type Version = '1.0.2' | '1.0.3' | '1.0.4' | '1.1';

/** What kind of device it is. */
export interface Stack {
  readonly version: Version;
  /** Hears nothing once it has a session: a broken antenna, a far too noisy place. */
  readonly isDeaf: boolean;
  /** Knows what the first devices knew: no CFList of masks, no TxParamSetupReq, one answer for a block of LinkADRReqs. */
  readonly isSimple: boolean;
}

export interface Otaa {
  readonly devEui: string;
  readonly joinEui: string;
  readonly appKey: Buffer;
  readonly nwkKey?: Buffer;
}

export interface Abp {
  readonly devAddr: string;
  readonly nwkSKey: Buffer;
  readonly appSKey: Buffer;
  /** Hz. */
  readonly extraChannels: readonly number[];
}

export interface Window {
  /** After the end of the uplink, ms. */
  readonly afterMs: number;
  readonly hz: number;
  readonly dataRate: number;
}

export interface Transmission {
  readonly bytes: Buffer;
  readonly hz: number;
  readonly rate: string;
  readonly windows: readonly [Window, Window];
}

export interface Heard {
  readonly ack: boolean;
  readonly port?: number | undefined;
  readonly payload?: Buffer | undefined;
}

interface Session {
  readonly devAddr: Buffer;
  readonly keys: Keys;
  fCntUp: number;
  /** Of the last downlinks: in 1.1 those with application data are counted apart. */
  nFCntDown: number;
  aFCntDown: number;
}

const ackLimit = 64;
const ackDelay = 32;
const maxFOpts = 15;

export class EndDevice {
  readonly faults: string[] = [];
  readonly band: Band;
  readonly stack: Stack;
  channels: ChannelSet;
  dataRate: number;
  power = 0;
  /** How often it was told its channels, or refused them. */
  masksTaken = 0;
  masksRefused = 0;
  readonly #activation: Otaa | Abp;
  readonly #random: () => number;
  #session: Session | undefined;
  #devNonce = 0;
  #lastJoinNonce = -1;
  #joins = 0;
  #delayMs = 1_000;
  #rx2DataRate: number;
  #adrAckCount = 0;
  #answers: Buffer[] = [];
  #sticky: Buffer[] = [];
  #toAcknowledge: number | undefined;
  #lastConfirmedUp = 0;
  #isRekeying = false;
  #last: { readonly message: Buffer; readonly fCnt: number; readonly head: number } | undefined;

  constructor(band: Band, stack: Stack, activation: Otaa | Abp, random: () => number) {
    this.band = band;
    this.stack = stack;
    this.#activation = activation;
    this.#random = random;
    this.#rx2DataRate = band.rx2.dataRate;
    this.dataRate = this.#lowestRate;
    if ('devAddr' in activation) {
      const { devAddr, nwkSKey, appSKey, extraChannels } = activation;
      this.channels = new ChannelSet(band, extraChannels);
      const keys = { fNwkSInt: nwkSKey, sNwkSInt: nwkSKey, nwkSEnc: nwkSKey, appS: appSKey };
      this.#begin(Buffer.from(devAddr, 'hex').reverse(), keys);
    } else this.channels = new ChannelSet(band);
  }

  get isJoined(): boolean {
    return this.#session !== undefined;
  }

  get fCntUp(): number {
    return this.#session?.fCntUp ?? 0;
  }

  joinRequest(): Transmission {
    const { devEui, joinEui, nwkKey, appKey } = this.#otaa;
    this.#devNonce++;
    const message = Buffer.concat([
      Buffer.of(0x00),
      Buffer.from(joinEui, 'hex').reverse(),
      Buffer.from(devEui, 'hex').reverse(),
      le(this.#devNonce, 2),
    ]);
    // Narrow and wide channels in turn where there are both
    const rates = this.band.joinRates;
    const dataRate =
      rates[this.band.isFixed ? this.#joins++ % rates.length : Math.floor(this.#random() * rates.length)] ?? 0;
    return this.#on(Buffer.concat([message, cmac4(nwkKey ?? appKey, message)]), dataRate, this.#pick(dataRate), 5_000);
  }

  /** The payload is left out if answers to the network leave no room for it: then it goes with the next one. */
  uplink(port: number, payload: Buffer, isConfirmed: boolean): Transmission & { readonly carries: boolean } {
    const session = this.#required;
    this.#backOff();
    const commands = this.#take();
    const room = this.band.uplinkRoom[this.dataRate] ?? 0;
    const carries = commands.length + payload.length <= room;
    const isAsking =
      this.#adrAckCount >= ackLimit && (this.stack.version !== '1.0.2' || this.dataRate > this.#lowestRate);
    const ack = this.#toAcknowledge;
    this.#toAcknowledge = undefined;
    const fCnt = session.fCntUp++;
    this.#adrAckCount++;
    const { devAddr, keys } = session;
    const isOneOne = this.stack.version === '1.1';
    const fOpts =
      isOneOne && commands.length > 0
        ? cryptFOpts(keys.nwkSEnc, { direction: UP, counter: 1, devAddr, fCnt }, commands)
        : commands;
    const message = Buffer.concat([
      Buffer.of(isConfirmed ? 0x80 : 0x40),
      devAddr,
      Buffer.of(0x80 | (isAsking ? 0x40 : 0) | (ack === undefined ? 0 : 0x20) | fOpts.length),
      le(fCnt & 0xffff, 2),
      fOpts,
      carries ? Buffer.concat([Buffer.of(port), crypt(keys.appS, UP, devAddr, fCnt, payload)]) : Buffer.alloc(0),
    ]);
    this.#last = { message, fCnt, head: isOneOne ? (ack ?? 0) & 0xffff : 0 };
    if (isConfirmed) this.#lastConfirmedUp = fCnt;
    return { ...this.again(), carries };
  }

  /** The last frame once more, on another channel. */
  again(): Transmission {
    const { message, fCnt, head } = this.#last ?? { message: Buffer.alloc(0), fCnt: 0, head: 0 };
    const { devAddr, keys } = this.#required;
    const channel = this.#pick(this.dataRate);
    const plain = dataMic(keys.fNwkSInt, Buffer.alloc(4), UP, devAddr, fCnt, message);
    const radio = Buffer.concat([le(head, 2), Buffer.of(this.dataRate, channel)]);
    const mic =
      this.stack.version === '1.1'
        ? Buffer.concat([
            dataMic(keys.sNwkSInt, radio, UP, devAddr, fCnt, message).subarray(0, 2),
            plain.subarray(0, 2),
          ])
        : plain;
    return this.#on(Buffer.concat([message, mic]), this.dataRate, channel, this.#delayMs);
  }

  /** Whether a data frame bears its address. */
  isMeant(bytes: Buffer): boolean {
    return this.#session !== undefined && bytes.subarray(1, 5).equals(this.#session.devAddr);
  }

  /** What a frame heard in one of its windows is to it; undefined if it is none of its own. */
  hear(bytes: Buffer, window: Window): Heard | undefined {
    if (!this.isJoined || (bytes[0] ?? 0) >> 5 === 1) return this.#joinAccept(bytes) ? { ack: false } : undefined;
    const session = this.#required;
    if (this.stack.isDeaf || !bytes.subarray(1, 5).equals(session.devAddr)) return undefined;
    const most = this.band.maxMacPayload[window.dataRate] ?? 0;
    if (bytes.length - 5 > most) this.faults.push(`a downlink of ${bytes.length} bytes at DR${window.dataRate}`);
    return this.#downlink(bytes, session);
  }

  #downlink(bytes: Buffer, session: Session): Heard | undefined {
    const { devAddr, keys } = session;
    const [message, mic] = [bytes.subarray(0, -4), bytes.subarray(-4)];
    const control = message[5] ?? 0;
    const fOptsEnd = 8 + (control & 15);
    const port = message[fOptsEnd];
    const isApp = port !== undefined && port > 0;
    const isOneOne = this.stack.version === '1.1';
    const last = isOneOne && isApp ? session.aFCntDown : session.nFCntDown;
    const low = message.readUInt16LE(6);
    const turn = Math.max(0, last) - (Math.max(0, last) & 0xffff);
    const fCnt = turn + low + (last >= 0 && low < (last & 0xffff) ? 0x1_0000 : 0);
    const isAck = (control & 0x20) !== 0;
    const head =
      isOneOne && isAck ? Buffer.concat([le(this.#lastConfirmedUp & 0xffff, 2), Buffer.alloc(2)]) : Buffer.alloc(4);
    if (!dataMic(keys.sNwkSInt, head, DOWN, devAddr, fCnt, message).equals(mic)) {
      this.faults.push('a downlink whose MIC is wrong');
      return undefined;
    }
    if (last >= 0 && fCnt <= last) this.faults.push(`downlink counter ${fCnt} after ${last}`);
    if (isOneOne && isApp) session.aFCntDown = fCnt;
    else session.nFCntDown = fCnt;
    this.#adrAckCount = 0;
    this.#sticky = [];
    if (bytes[0] === 0xa0) this.#toAcknowledge = fCnt;
    const counter = isOneOne && isApp ? 2 : 1;
    const fOpts = message.subarray(8, fOptsEnd);
    const plain =
      isOneOne && fOpts.length > 0
        ? cryptFOpts(keys.nwkSEnc, { direction: DOWN, counter, devAddr, fCnt }, fOpts)
        : fOpts;
    const data = message.subarray(fOptsEnd + 1);
    const payload = port === undefined ? undefined : crypt(isApp ? keys.appS : keys.nwkSEnc, DOWN, devAddr, fCnt, data);
    if (port === 0 && fOpts.length > 0) this.faults.push('FOpts beside FPort 0');
    this.#obey(port === 0 && payload ? payload : plain);
    return { ack: isAck, ...(isApp && { port, payload }) };
  }

  #obey(commands: Buffer): void {
    const block: LinkAdr[] = [];
    const endBlock = () => {
      if (block.length > 0) this.#linkAdr(block.splice(0));
    };
    for (let at = 0; at < commands.length; ) {
      const id = commands[at] ?? 0;
      const length = (
        { 1: 1, 2: 2, 3: 4, 4: 1, 5: 4, 6: 0, 7: 5, 8: 1, 9: 1, 10: 4, 11: 1, 13: 5 } as Record<number, number>
      )[id];
      if (length === undefined || at + 1 + length > commands.length) {
        this.faults.push(`a command that cannot be read: ${commands.subarray(at).toString('hex')}`);
        break;
      }
      const body = commands.subarray(at + 1, at + 1 + length);
      if (id === 3) {
        const [rateAndPower = 0, , , redundancy = 0] = body;
        block.push({
          dataRate: rateAndPower >> 4,
          power: rateAndPower & 15,
          mask: body.readUInt16LE(1),
          control: (redundancy >> 4) & 7,
          nbTrans: redundancy & 15,
        });
      } else {
        endBlock();
        if (this.stack.isSimple && (id === 9 || id === 13)) break; // unknown: so is where the next one begins
        if (id === 6) this.#answers.push(Buffer.of(6, 200, 10));
        else if (id === 9 && this.band.knowsTxParamSetup) this.#sticky.push(Buffer.of(9));
        else if (id === 9) this.faults.push('TxParamSetupReq in a band that does not have it');
        else if (id === 11) this.#isRekeying = false;
        else if (id === 5 || id === 8) this.faults.push(`command ${id}, which this network does not send`);
      }
      at += 1 + length;
    }
    endBlock();
  }

  /** The requests of one block are one (TS001 §5.3): all or nothing, with rate and power of the last. */
  #linkAdr(block: readonly LinkAdr[]): void {
    const { dataRate, power } = block.at(-1) ?? { dataRate: 15, power: 15 };
    const on = this.channels.after(block);
    const wantedRate = dataRate === 15 ? this.dataRate : dataRate;
    const isRate = this.band.uplinkRates[wantedRate] !== undefined;
    const isMask = on !== undefined && this.channels.isEnough(on, wantedRate);
    const isPower = power === 15 || power <= this.band.lowestPower;
    if (on !== undefined && !isMask) this.faults.push(`a mask that leaves no channel for DR${wantedRate}`);
    if (isMask && isRate && isPower && on !== undefined) {
      this.channels.keepTo(on);
      this.dataRate = wantedRate;
      if (power !== 15) this.power = power;
      this.masksTaken++;
    } else this.masksRefused++;
    const answer = Buffer.of(3, (isPower ? 4 : 0) | (isRate ? 2 : 0) | (isMask ? 1 : 0));
    for (const _ of this.stack.isSimple ? [0] : block) this.#answers.push(answer);
  }

  /** §4.3.1.1: louder, then slower, at last on all channels. */
  #backOff(): void {
    const over = this.#adrAckCount - ackLimit - ackDelay;
    if (over < 0 || over % ackDelay !== 0) return;
    this.power = 0;
    if (over === 0) return;
    if (this.dataRate > this.#lowestRate) this.dataRate--;
    else this.channels.enableDefaults();
  }

  /** Asks now and then whether it is heard and what time it is; answers first. */
  #take(): Buffer {
    const asks =
      this.stack.isSimple || this.#random() < 0.8
        ? []
        : [Buffer.of(2), ...(this.stack.version === '1.0.2' ? [] : [Buffer.of(13)])];
    const waiting = [
      ...(this.#isRekeying ? [Buffer.of(11, 1)] : []),
      ...this.#sticky,
      ...this.#answers.splice(0),
      ...asks,
    ];
    const taken: Buffer[] = [];
    let bytes = 0;
    for (const each of waiting) {
      if (bytes + each.length > maxFOpts) break;
      taken.push(each);
      bytes += each.length;
    }
    return Buffer.concat(taken);
  }

  #joinAccept(bytes: Buffer): boolean {
    const { appKey, nwkKey, devEui, joinEui } = this.#otaa;
    if ((bytes[0] ?? 0) >> 5 !== 1 || (bytes.length !== 17 && bytes.length !== 33)) return false;
    const plain = aes(nwkKey ?? appKey, bytes.subarray(1));
    const [body, mic] = [plain.subarray(0, -4), plain.subarray(-4)];
    const isOneOne = ((body[10] ?? 0) & 0x80) !== 0;
    const signed = Buffer.concat([Buffer.of(0x20), body]);
    const request = Buffer.concat([Buffer.of(0xff), Buffer.from(joinEui, 'hex').reverse(), le(this.#devNonce, 2)]);
    const expected =
      isOneOne && nwkKey !== undefined
        ? cmac4(
            aes(nwkKey, padded(Buffer.of(6), Buffer.from(devEui, 'hex').reverse())),
            Buffer.concat([request, signed]),
          )
        : cmac4(nwkKey ?? appKey, signed);
    if (!expected.equals(mic)) return false;
    const joinNonce = body.readUIntLE(0, 3);
    if (joinNonce <= this.#lastJoinNonce) this.faults.push(`JoinNonce ${joinNonce} after ${this.#lastJoinNonce}`);
    this.#lastJoinNonce = joinNonce;
    const keys =
      isOneOne && nwkKey !== undefined
        ? keys11({ appKey, nwkKey }, body.subarray(0, 3), Buffer.from(joinEui, 'hex').reverse(), this.#devNonce)
        : keys10(appKey, body.subarray(0, 6), this.#devNonce);
    this.channels = new ChannelSet(this.band);
    if (body.length > 12 && !(this.stack.isSimple && this.band.isFixed)) this.channels.takeCfList(body.subarray(12));
    this.#delayMs = Math.max(1, (body[11] ?? 1) & 15) * 1_000;
    this.#rx2DataRate = (body[10] ?? 0) & 15;
    if ((body[10] ?? 0) & 0x70) this.faults.push('an RX1DROffset, which this network does not use');
    this.#isRekeying = isOneOne;
    this.#begin(Buffer.from(body.subarray(6, 10)), keys);
    return true;
  }

  #begin(devAddr: Buffer, keys: Keys): void {
    this.#session = { devAddr, keys, fCntUp: 0, nFCntDown: -1, aFCntDown: -1 };
    this.#adrAckCount = 0;
  }

  #on(bytes: Buffer, dataRate: number, channel: number, delayMs: number): Transmission {
    const hz = this.channels.hzOf(channel);
    const rx1 = this.band.rx1({ dataRate, channel, hz });
    const rx2DataRate = this.isJoined ? this.#rx2DataRate : this.band.rx2.dataRate;
    return {
      bytes,
      hz,
      rate: this.band.uplinkRates[dataRate] ?? '',
      windows: [
        { afterMs: delayMs, ...rx1 },
        { afterMs: delayMs + 1_000, hz: this.band.rx2.hz, dataRate: rx2DataRate },
      ],
    };
  }

  #pick(dataRate: number): number {
    const usable = this.channels.for(dataRate);
    const channel = usable[Math.floor(this.#random() * usable.length)];
    if (channel === undefined) this.faults.push(`no channel is left for DR${dataRate}`);
    return channel ?? 0;
  }

  /** Of AS923 a device keeps to 400 ms until it knows the country (RP002: up to the device). */
  get #lowestRate(): number {
    return this.band.name === 'AS923-1' ? 2 : 0;
  }

  get #otaa(): Otaa {
    if ('devAddr' in this.#activation) throw new Error('it has fixed keys');
    return this.#activation;
  }

  get #required(): Session {
    if (this.#session === undefined) throw new Error('it has not joined');
    return this.#session;
  }
}
