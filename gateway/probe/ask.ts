/**
 * Asks what says nothing by itself. Every question is a read: a type's `signature` or `devices/modbus/survey.ts` has it, and nothing else
 * is ever written.
 */
import { DEVICE_TYPES } from '../../devices/catalogue.ts';
import type { DeviceType } from '../../devices/device-type.ts';
import type { Candidate } from '../../devices/recognition/recognise.ts';
import type { Signature } from '../../devices/signature.ts';
import { toHex } from '../../shared/hex.ts';
import { type Exchange, exchanged } from './exchange.ts';

/** One answer may be chance, two are none. */
const enoughAnswers = 2;
/** Noise spoils some. */
const maxTries = 6;

export interface Answered {
  readonly candidate: Candidate;
  /** What came to the last question. */
  readonly came: Uint8Array;
  /** It may hold addresses. */
  readonly isPersonal: boolean;
}

/** Asks the questions of each type that have a knock, or have none; undefined if nothing answers to any. */
export async function askTypes(exchange: Exchange, which: 'with a knock' | 'without'): Promise<Answered | undefined> {
  const knocked = new Map<string, boolean>();
  for (const type of DEVICE_TYPES) {
    const { signature } = type;
    for (const { bytes, isAnswer, knock } of signature?.questions ?? []) {
      if (exchange.signal.aborted || exchange.line.lost.aborted) return undefined;
      if ((knock !== undefined) !== (which === 'with a knock')) continue;
      if (knock !== undefined) {
        const known = knocked.get(toHex(knock)) ?? (await exchanged(knock, () => false, exchange)).length > 0;
        knocked.set(toHex(knock), known);
        if (!known) continue;
      }
      let answers = 0;
      for (let tries = 0; tries < maxTries; tries++) {
        const came = await exchanged(bytes, isAnswer, exchange);
        if (came.length === 0) break;
        if (isAnswer(came) && ++answers === enoughAnswers && signature !== undefined)
          return answered(type, signature, came);
      }
    }
  }
  return undefined;
}

function answered(type: DeviceType, signature: Signature, came: Uint8Array): Answered {
  const [guise = { devices: [] }] = signature.guises([]);
  return {
    came,
    isPersonal: signature.isPersonal === true,
    candidate: {
      type: type.name,
      confidence: 'certain',
      isFinal: true,
      isAnswer: true,
      devices: guise.devices,
      remark: guise.remark,
      telling: enoughAnswers,
      frames: enoughAnswers,
      rubbish: new Map(),
      readings: [],
      units: {},
    },
  };
}
