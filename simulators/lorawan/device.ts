/**
 * A LoRaWAN class A device (1.0.2, 1.0.3, 1.0.4 and 1.1), as bytes: the frames that it sends and how it reacts to those it
 * hears. It has no clock; the caller opens its windows.
 *
 * Bounds: answers to MAC commands wait for the next uplinks in `maxAnswerBytes`; further ones are dropped, as 1.0.4 §5
 * allows; one uplink carries `maxFOptsBytes` of them. No ADR back-off, no class B or C, no rejoin-requests.
 */

import type { Random } from '../random.ts';
import { ChannelPlan } from './channel-plan.ts';
import {
  aesBlocks,
  joinMic,
  joinServerIntegrityKey,
  oneNetworkKey,
  reversedHex,
  sessionKeys10,
  sessionKeys11,
} from './crypto.ts';
import { type MacCommand, readMacCommands } from './mac.ts';
import type { Radio } from './radio.ts';
import type { RegionName } from './region.ts';
import { type DownlinkFields, type NotHeard, Session, type UplinkFields } from './session.ts';

export type LorawanVersion = '1.0.2' | '1.0.3' | '1.0.4' | '1.1';

/** EUIs and addresses in display order, keys as printed: all lower-case hexadecimal. */
export interface LorawanDeviceOptions {
  readonly devEui: string;
  readonly version?: LorawanVersion;
  readonly region?: RegionName;
  readonly random: Random;
  readonly activation: Otaa | Abp;
  /** Counter of the first uplink: 65,530 soon crosses the 16 bits that are sent. */
  readonly firstFCnt?: number;
  /** Whether the network may choose its data rate; default true. */
  readonly adr?: boolean;
  /** 0 to 255: 255 is "could not measure", 0 external power (1.0.4 §5.5). */
  readonly battery?: number;
}

export interface Otaa {
  readonly joinEui: string;
  readonly appKey: string;
  /** 1.1 only. */
  readonly nwkKey?: string;
}

export interface Abp {
  readonly devAddr: string;
  readonly appSKey: string;
  /** NwkSKey of 1.0. */
  readonly fNwkSIntKey: string;
  readonly sNwkSIntKey?: string;
  readonly nwkSEncKey?: string;
}

/** A frame to send, with its radio settings. */
export interface SentFrame {
  readonly phyPayload: Uint8Array;
  readonly radio: Radio;
  /** Absent in joins. */
  readonly fCnt?: number;
}

export type Heard =
  | { readonly kind: 'joined'; readonly devAddr: string }
  | (DownlinkFields & { readonly kind: 'downlink'; readonly commands: readonly MacCommand[] })
  | {
      readonly kind: 'not-for-me';
      readonly why: NotHeard | 'not-a-downlink' | 'no-session' | 'not-asked' | 'old-join-nonce';
    };

const maxFOptsBytes = 15;
const maxAnswerBytes = 60;
const JOIN_REQUEST = 0x00;
const JOIN_ACCEPT = 0x20;
const MTYPE = 0xe0;
/** This device's side of "LoRaWAN 1.1": minor version 1 (1.1 §5.1, §5.11). */
const MINOR_1 = 1;

export class LorawanDevice {
  readonly devEui: string;
  readonly plan: ChannelPlan;
  readonly #options: LorawanDeviceOptions;
  readonly #version: LorawanVersion;
  readonly #random: Random;
  readonly #adr: boolean;
  #session: Session | undefined;
  #devNonce = -1;
  #awaitsAccept = false;
  #lastJoinNonce = -1;
  #fCnt: number;
  #last: { readonly fields: UplinkFields; readonly sent: SentFrame } | undefined;
  #lastConfirmed = 0;
  #isAcknowledged = false;
  #toAcknowledge: number | undefined;
  /** Answers that are sent once, and answers that are repeated until a downlink comes (1.0.4 §5.4, §5.7, §5.8). */
  #answers: number[][] = [];
  #stickyAnswers: number[][] = [];
  #requests: number[][] = [];
  #indication: number | undefined;

  constructor(options: LorawanDeviceOptions) {
    this.#options = options;
    this.devEui = options.devEui;
    this.#version = options.version ?? '1.0.3';
    this.#random = options.random;
    this.#adr = options.adr ?? true;
    this.plan = new ChannelPlan(options.region ?? 'as923-1');
    this.#fCnt = options.firstFCnt ?? 0;
    this.#powerUp();
  }

  get devAddr(): string | undefined {
    return this.#session?.devAddr;
  }

  get isJoined(): boolean {
    return this.#session !== undefined;
  }

  /** Whether the last confirmed uplink was acknowledged. */
  get acknowledged(): boolean {
    return this.#isAcknowledged;
  }

  /** The counter of its next uplink. */
  get nextFCnt(): number {
    return this.#fCnt;
  }

  /** The battery is changed: an OTAA device must join again, an ABP device counts from 0; DevNonces go on. */
  losePower(): void {
    this.#fCnt = 0;
    this.#awaitsAccept = false;
    this.#powerUp();
  }

  /** A join-request with an unused DevNonce: counted up in 1.0.4 and 1.1, random before (1.0.4 §6.2.5). */
  joinRequest(radio: Radio = this.plan.nextRadio()): SentFrame {
    const { joinEui } = this.#otaa();
    const counts = this.#version === '1.0.4' || this.#version === '1.1';
    this.#devNonce = counts ? this.#devNonce + 1 : this.#random.int(0, 0xffff);
    this.#awaitsAccept = true;
    const request = Buffer.alloc(19);
    request[0] = JOIN_REQUEST;
    request.set(reversedHex(joinEui), 1);
    request.set(reversedHex(this.devEui), 9);
    request.writeUInt16LE(this.#devNonce, 17);
    return { phyPayload: Buffer.concat([request, joinMic(this.#rootKey(), request)]), radio };
  }

  /** A data frame, with answers to the network's requests. Throws a RangeError before it has joined. */
  uplink(frame: {
    readonly port?: number;
    readonly payload?: Uint8Array;
    readonly confirmed?: boolean;
    readonly radio?: Radio;
  }): SentFrame {
    const { port, payload, confirmed = false, radio = this.plan.nextRadio() } = frame;
    const fields: UplinkFields = {
      fCnt: this.#fCnt++,
      confirmed,
      adr: this.#adr,
      acknowledges: this.#toAcknowledge,
      fOpts: this.#takeOptions(),
      ...(port !== undefined && { port }),
      ...(payload !== undefined && { payload }),
    };
    this.#toAcknowledge = undefined;
    if (confirmed) {
      this.#lastConfirmed = fields.fCnt;
      this.#isAcknowledged = false;
    }
    return this.#send(fields, radio);
  }

  /**
   * The last uplink once more (1.0.4 §4.3.1.1): the same bytes, except that 1.1 signs the channel and data rate of each
   * transmission, so that its MIC depends on the radio.
   */
  again(radio?: Radio): SentFrame {
    if (this.#last === undefined) throw new RangeError(`${this.devEui} has sent nothing yet`);
    return this.#send(this.#last.fields, radio ?? this.#last.sent.radio);
  }

  /** An uplink that someone without the keys could have made: the device's own counter does not change. */
  badMic(port = 1, payload: Uint8Array = Uint8Array.of(0)): SentFrame {
    const radio = this.plan.nextRadio();
    const fOpts = new Uint8Array(0);
    const fields = { fCnt: this.#fCnt, confirmed: true, adr: this.#adr, acknowledges: undefined, fOpts, port, payload };
    const phyPayload = this.#sessionOrThrow().encode(fields, radio);
    const at = phyPayload.length - 1 - this.#random.int(0, 3);
    phyPayload[at] = phyPayload.readUInt8(at) ^ this.#random.int(1, 255);
    return { phyPayload, radio, fCnt: this.#fCnt };
  }

  /** Asks with the next uplink. */
  request(what: 'LinkCheckReq' | 'DeviceTimeReq'): void {
    this.#requests.push([what === 'LinkCheckReq' ? 0x02 : 0x0d]);
  }

  hear(phyPayload: Uint8Array): Heard {
    const frame = Buffer.from(phyPayload);
    const mType = frame.length > 0 ? frame.readUInt8(0) & MTYPE : MTYPE;
    if (mType === JOIN_ACCEPT) return this.#hearJoinAccept(frame);
    if (mType !== 0x60 && mType !== 0xa0) return { kind: 'not-for-me', why: 'not-a-downlink' };
    if (this.#session === undefined) return { kind: 'not-for-me', why: 'no-session' };
    const fields = this.#session.decode(frame, this.#lastConfirmed);
    if (typeof fields === 'string') return { kind: 'not-for-me', why: fields };
    this.#stickyAnswers = [];
    if (fields.ack) this.#isAcknowledged = true;
    if (fields.confirmed) this.#toAcknowledge = fields.fCnt & 0xffff;
    const commands = readMacCommands(fields.port === 0 ? fields.payload : fields.fOpts);
    this.#obey(commands);
    return { kind: 'downlink', ...fields, commands };
  }

  #send(fields: UplinkFields, radio: Radio): SentFrame {
    const sent = { phyPayload: this.#sessionOrThrow().encode(fields, radio), radio, fCnt: fields.fCnt };
    this.#last = { fields, sent };
    return sent;
  }

  #hearJoinAccept(frame: Buffer): Heard {
    if (!this.#awaitsAccept) return { kind: 'not-for-me', why: 'not-asked' };
    if (frame.length !== 17 && frame.length !== 33) return { kind: 'not-for-me', why: 'malformed' };
    const { joinEui, appKey } = this.#otaa();
    const rootKey = this.#rootKey();
    // The network decrypted it, so that a device only needs to encrypt (1.0.4 §6.2.6).
    const plain = Buffer.concat([frame.subarray(0, 1), aesBlocks(rootKey, frame.subarray(1))]);
    const body = plain.subarray(0, -4);
    const dlSettings = plain.readUInt8(11);
    const is11 = this.#version === '1.1' && (dlSettings & 0x80) !== 0;
    const mic = is11 ? this.#joinAcceptMic11(body, joinEui) : joinMic(rootKey, body);
    if (!mic.equals(plain.subarray(-4))) return { kind: 'not-for-me', why: 'bad-mic' };
    const joinNonce = body.readUIntLE(1, 3);
    const counts = this.#version === '1.0.4' || this.#version === '1.1';
    if (counts && joinNonce <= this.#lastJoinNonce) return { kind: 'not-for-me', why: 'old-join-nonce' };
    this.#lastJoinNonce = joinNonce;
    this.#awaitsAccept = false;
    const netId = body.readUIntLE(4, 3);
    const devAddr = Buffer.from(body.subarray(7, 11)).reverse().toString('hex');
    const devNonce = this.#devNonce;
    const keys = is11
      ? sessionKeys11({ nwkKey: rootKey, appKey: Buffer.from(appKey, 'hex') }, { joinNonce, joinEui, devNonce })
      : sessionKeys10(rootKey, { joinNonce, netId, devNonce });
    this.#begin(new Session({ devAddr, keys, is11 }), this.#options.firstFCnt ?? 0);
    if (is11) this.#indication = 0x0b; // RekeyInd, until the network confirms the new keys (1.1 §5.11)
    this.plan.reset();
    this.plan.joined({ dlSettings, rxDelay: body.readUInt8(12), cfList: body.subarray(13) });
    return { kind: 'joined', devAddr };
  }

  /** Also covers the kind of request, the JoinEUI and the DevNonce (1.1 §6.2.3). */
  #joinAcceptMic11(body: Buffer, joinEui: string): Buffer {
    const devNonce = Buffer.alloc(2);
    devNonce.writeUInt16LE(this.#devNonce);
    const key = joinServerIntegrityKey(this.#rootKey(), this.devEui);
    return joinMic(key, Buffer.concat([Uint8Array.of(0xff), reversedHex(joinEui), devNonce, body]));
  }

  #powerUp(): void {
    this.plan.reset();
    this.#session = undefined;
    const { activation } = this.#options;
    if (!('devAddr' in activation)) return;
    const { devAddr, appSKey, fNwkSIntKey, sNwkSIntKey = fNwkSIntKey, nwkSEncKey = fNwkSIntKey } = activation;
    const key = (hex: string) => Buffer.from(hex, 'hex');
    const keys = {
      ...oneNetworkKey(key(fNwkSIntKey), key(appSKey)),
      sNwkSIntKey: key(sNwkSIntKey),
      nwkSEncKey: key(nwkSEncKey),
    };
    const is11 = this.#version === '1.1';
    this.#begin(new Session({ devAddr, keys, is11 }), this.#fCnt);
    if (is11) this.#indication = 0x01; // ResetInd, until the network confirms it (1.1 §5.1)
  }

  #begin(session: Session, firstFCnt: number): void {
    this.#session = session;
    this.#fCnt = firstFCnt;
    this.#last = undefined;
    this.#isAcknowledged = false;
    this.#toAcknowledge = undefined;
    this.#answers = [];
    this.#stickyAnswers = [];
    this.#requests = [];
    this.#indication = undefined;
  }

  #obey(commands: readonly MacCommand[]): void {
    const linkAdr = commands.filter((command) => command.name === 'LinkADRReq');
    if (linkAdr.length > 0) {
      const status = this.plan.linkAdr(linkAdr);
      this.#answers.push(...linkAdr.map(() => [0x03, status]));
    }
    for (const command of commands) this.#answer(command);
    while (this.#answers.flat().length > maxAnswerBytes) this.#answers.pop();
  }

  #answer(command: MacCommand): void {
    const { plan } = this;
    switch (command.name) {
      case 'DutyCycleReq':
        plan.maxDutyCycle = command.maxDutyCycle;
        this.#answers.push([0x04]);
        break;
      case 'RXParamSetupReq':
        this.#stickyAnswers.push([0x05, plan.rxParameters(command)]);
        break;
      case 'DevStatusReq':
        this.#answers.push([0x06, this.#options.battery ?? 255, 10]); // its margin: 10 dB, of −32 to 31
        break;
      case 'NewChannelReq':
        this.#answers.push([0x07, plan.newChannel(command)]);
        break;
      case 'RXTimingSetupReq':
        plan.rx1DelayS = command.delayS;
        this.#stickyAnswers.push([0x08]);
        break;
      case 'TxParamSetupReq':
        this.#answers.push([0x09]);
        break;
      case 'DlChannelReq':
        this.#stickyAnswers.push([0x0a, plan.downlinkChannel(command)]);
        break;
      case 'ADRParamSetupReq':
        this.#answers.push([0x0c]);
        break;
      case 'ResetConf':
      case 'RekeyConf':
        this.#indication = undefined;
        break;
      case 'LinkADRReq':
      case 'LinkCheckAns':
      case 'DeviceTimeAns':
        break;
    }
  }

  #takeOptions(): Uint8Array {
    const indication = this.#indication === undefined ? [] : [[this.#indication, MINOR_1]];
    const repeated = [...indication, ...this.#stickyAnswers];
    const once = [...this.#answers, ...this.#requests];
    this.#answers = [];
    this.#requests = [];
    const options: number[] = [];
    for (const command of repeated) if (options.length + command.length <= maxFOptsBytes) options.push(...command);
    for (const command of once) {
      if (options.length + command.length <= maxFOptsBytes) options.push(...command);
      else this.#answers.push(command);
    }
    return Uint8Array.from(options);
  }

  #otaa(): Otaa {
    const { activation } = this.#options;
    if ('joinEui' in activation) return activation;
    throw new RangeError(`${this.devEui} does not join: its keys are fixed`);
  }

  #rootKey(): Buffer {
    const { appKey, nwkKey } = this.#otaa();
    return Buffer.from(this.#version === '1.1' ? (nwkKey ?? appKey) : appKey, 'hex');
  }

  #sessionOrThrow(): Session {
    if (this.#session === undefined) throw new RangeError(`${this.devEui} has not joined`);
    return this.#session;
  }
}
