/**
 * LoRaWAN frames in the datagrams of a packet forwarder (Semtech UDP protocol, PROTOCOL.TXT §4 and §6): those that a station heard
 * (PUSH_DATA) and those that it is to send (PULL_RESP). Pure; nothing is checked but where the frames are.
 */
import type { Direction } from './recorded.ts';

const IDENTIFIER = { pushData: 0, pullResponse: 3 } as const;
/** Version, token, identifier; a PUSH_DATA has the station's EUI, too. */
const headBytes = { [IDENTIFIER.pushData]: 12, [IDENTIFIER.pullResponse]: 4 };
/** A station hears at most as many frames at once as it has demodulators. */
const maxFrames = 64;

export interface ForwardedFrames {
  readonly direction: Direction;
  /** PHYPayloads in base64, as they are sent. */
  readonly frames: readonly string[];
}

/** "other": a datagram without frames, such as an acknowledgement, or of another protocol. "broken": its JSON is none. */
export function framesOf(datagram: Uint8Array): ForwardedFrames | 'other' | 'broken' {
  const [version, , , identifier] = datagram;
  if (version !== 1 && version !== 2) return 'other';
  if (identifier !== IDENTIFIER.pushData && identifier !== IDENTIFIER.pullResponse) return 'other';
  const object = jsonOf(datagram.subarray(headBytes[identifier]));
  if (object === undefined) return 'broken';
  const isHeard = identifier === IDENTIFIER.pushData;
  const packets = isHeard ? memberOf(object, 'rxpk') : [memberOf(object, 'txpk')];
  if (!Array.isArray(packets)) return 'other'; // a station's statistics
  const frames = packets.slice(0, maxFrames).flatMap((packet: unknown) => {
    const data = memberOf(packet, 'data');
    return typeof data === 'string' ? [data] : [];
  });
  return { direction: isHeard ? 'from-device' : 'to-device', frames };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? (value as Readonly<Record<string, unknown>>)[name] // `in` has found it
    : undefined;
}
