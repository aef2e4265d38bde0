/**
 * The join server: gives a session to a device that knows its root key (OTAA; LoRaWAN 1.0.4 §6.2, 1.1 §6.2).
 *
 * Promise: a DevNonce is accepted once, whatever happens in between, and the session is on the disk before the device gets
 * the answer. It becomes current when the device first uses it; until then the old one stays valid, since the answer may be lost.
 */
import type { RubbishCode, Step } from '../../devices/device-type.ts';
import { isSameMic } from '../../devices/lorawan/data-security.ts';
import { useDevNonce } from '../../devices/lorawan/dev-nonces.ts';
import {
  deriveJoinServerKeys,
  deriveSessionKeys10,
  deriveSessionKeys11,
  encodeJoinAccept,
  type JoinAcceptSecurity,
  joinRequestMic,
  keyCheckValue,
} from '../../devices/lorawan/join-security.ts';
import { joinsToAccept } from '../../devices/lorawan/openings.ts';
import { type JoinRequest, withoutMic } from '../../devices/lorawan/phy-payload.ts';
import type { Region } from '../../devices/lorawan/region.ts';
import type { Session, SessionKeys } from '../../devices/lorawan/session.ts';
import { hexBytes, toHex } from '../../shared/hex.ts';
import type { Text } from '../../shared/text.ts';
import type { Config } from '../config/settings.ts';
import type { DeviceStates, Remember, Sessions } from './device-states.ts';
import type { Heard } from './heard.ts';
import { LateCopies } from './late-copies.ts';
import type { Register } from './register.ts';
import type { DeviceKeys } from './registered-device.ts';
import { say } from './words.ts';

export interface Accepted {
  readonly sessions: Sessions;
  readonly remember: Remember;
  /** The join-accept. */
  readonly bytes: Uint8Array;
}

const maxDraws = 1_000;

export class Joins {
  readonly #states: DeviceStates;
  readonly #register: Register;
  readonly #config: Config['lorawan'];
  readonly #region: Region;
  readonly #random: () => number;
  readonly #lateCopies = new LateCopies();

  constructor(options: {
    readonly states: DeviceStates;
    readonly register: Register;
    readonly config: Config['lorawan'];
    readonly region: Region;
    random(): number;
  }) {
    this.#states = options.states;
    this.#register = options.register;
    this.#config = options.config;
    this.#region = options.region;
    this.#random = options.random;
  }

  /** The answer to a registered device's join-request, or a step that says why there is none. */
  judge(
    request: JoinRequest,
    phyPayload: Uint8Array,
    { observedAt, isClockSet, arrivedAt }: Pick<Heard, 'observedAt' | 'isClockSet' | 'arrivedAt'>,
  ): Accepted | Step {
    const { devEui, joinEui, devNonce } = request;
    const sessions = this.#states.get(devEui);
    if (sessions === undefined) return {};
    const { device } = sessions;
    const turnDown = (code: RubbishCode, detail: Text): Step => ({
      rubbish: [{ code, bytes: phyPayload, device: device.id, detail }],
    });
    if (device.activation !== 'otaa') return turnDown('unexpected', say.registeredForAbp());
    if (device.joinEui !== joinEui) {
      return turnDown('bad-mic', say.otherJoinEui({ joinEui, registered: device.joinEui ?? '' }));
    }
    const keys = this.#register.keysOf(device);
    const rootKey = hexBytes((device.version === '1.1' ? keys.nwkKey : keys.appKey) ?? '');
    if (!isSameMic(joinRequestMic(rootKey, withoutMic(phyPayload)), request.mic)) {
      return turnDown('bad-mic', say.wrongRootKey());
    }
    const keyCheck = toHex(keyCheckValue(rootKey));
    const name = `${devEui} ${toHex(request.mic)}`;
    if (this.#lateCopies.isLate(name, arrivedAt)) return {};
    const before = joinsToAccept(this.#states.joins(devEui, joinEui, keyCheck), isClockSet ? observedAt : undefined);
    const joins = useDevNonce(before, devNonce, device.version);
    if (joins === 'used') return turnDown('replay', say.nonceUsed({ devNonce, id: device.id }));
    if (joins === 'below') {
      return turnDown('replay', say.nonceBelow({ devNonce, last: before.last ?? '', id: device.id }));
    }
    const { joinNonce } = before;
    const { netId } = this.#config;
    const session: Session = {
      devAddr: this.#drawDevAddr(),
      version: device.version,
      keys: sessionKeys(keys, { version: device.version, joinNonce, netId, joinEui, devNonce }),
      rx1DelayMs: this.#config.rx1DelayMs,
      rx1DrOffset: 0,
      rx2DataRate: this.#region.rx2.dataRate,
      channelsHz: channelsOf(this.#config, this.#region),
      opening: this.#states.opening,
      beganAt: observedAt,
    };
    this.#lateCopies.heard(name, arrivedAt, this.#region.joinAcceptDelay1Ms);
    const next: Sessions = { ...sessions, pending: session };
    const remember: Remember = new Map();
    this.#states.rememberJoins(devEui, joinEui, keyCheck, joins, remember);
    this.#states.rememberSessions(next, remember);
    const cfList = this.#region.cfList(session.channelsHz);
    const bytes = encodeJoinAccept(
      {
        joinNonce,
        netId,
        devAddr: session.devAddr,
        dlSettings: {
          optNeg: device.version === '1.1',
          rx1DrOffset: session.rx1DrOffset,
          rx2DataRate: session.rx2DataRate,
        },
        rxDelayS: session.rx1DelayMs / 1000,
        ...(cfList !== undefined && { cfList: { bytes: cfList } }),
      },
      security(keys, { version: device.version, devEui, joinEui, devNonce }),
    );
    return { sessions: next, remember, bytes };
  }

  /** An address of this network that no session uses. NetID type 0 leaves 25 bits to draw (Backend Interfaces 1.0 §13). */
  #drawDevAddr(): string {
    const { netId } = this.#config;
    const prefix = (Number.parseInt(netId, 16) & 0x3f) * 2 ** 25;
    for (let draws = 0; ; draws++) {
      const devAddr = (prefix + Math.floor(this.#random() * 2 ** 25)).toString(16).padStart(8, '0');
      if (draws >= maxDraws || !this.#states.isTaken(devAddr)) return devAddr;
    }
  }
}

/** The uplink channels a device gets in addition to the default ones. */
export function channelsOf({ channels, subBand }: Config['lorawan'], region: Region): readonly number[] {
  return region.subBand?.(subBand) ?? channels;
}

interface JoinIdentity {
  readonly version: Session['version'];
  readonly joinEui: string;
  readonly devNonce: number;
}

function sessionKeys(
  keys: DeviceKeys,
  {
    version,
    joinNonce,
    netId,
    joinEui,
    devNonce,
  }: JoinIdentity & { readonly joinNonce: number; readonly netId: string },
): SessionKeys {
  const appKey = hexBytes(keys.appKey ?? '');
  if (version === '1.1') {
    return deriveSessionKeys11({ appKey, nwkKey: hexBytes(keys.nwkKey ?? ''), joinNonce, joinEui, devNonce });
  }
  const { nwkSKey, appSKey } = deriveSessionKeys10({ appKey, joinNonce, netId, devNonce });
  return { fNwkSIntKey: nwkSKey, sNwkSIntKey: nwkSKey, nwkSEncKey: nwkSKey, appSKey };
}

function security(
  keys: DeviceKeys,
  { version, devEui, joinEui, devNonce }: JoinIdentity & { readonly devEui: string },
): JoinAcceptSecurity {
  if (version !== '1.1') return { version: '1.0', appKey: hexBytes(keys.appKey ?? '') };
  const nwkKey = hexBytes(keys.nwkKey ?? '');
  const { jsIntKey } = deriveJoinServerKeys(nwkKey, devEui);
  return { version: '1.1', jsIntKey, encryptionKey: nwkKey, request: { joinReqType: 0xff, joinEui, devNonce } };
}
