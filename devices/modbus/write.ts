/**
 * Writes of one coil or holding register, as the city orders them.
 *
 * An order says a name of the profile's `writes` and a value; whatever the profile does not name is never written. A register takes the nearest
 * value that it can hold, and the result says which. Sources: MODBUS Application Protocol V1.1b3 §6.5 (Write Single Coil: FF00 is on, 0000 off), §6.6 (Write Single Register), whose answer repeats the request, §7 (exceptions).
 */
import { listed, type Text } from '../../shared/text.ts';
import type { Answered, DeviceOrder, Encoded } from '../device-type.ts';
import { scaled } from '../profile/values.ts';
import { exceptionText, WRITE_COIL } from './adu.ts';
import type { Writable } from './profile.ts';
import { say } from './words.ts';

const ON = 0xff;

/** `bytes` is the PDU: function, address, value. */
export function encodeWrite(order: DeviceOrder, writes: readonly Writable[]): Encoded {
  const { name, value } = order.arguments;
  const not = (reason: string, text: Text): Encoded => ({ ok: false, reason, text });
  if (order.action !== 'write') return not('not-supported', say.cannotDo({ action: order.action }));
  const writable = writes.find((each) => each.name === name);
  if (writable === undefined) {
    const known = writes.length === 0 ? say.nothing() : listed(writes.map((each) => each.name));
    return not('not-writable', say.notWritable({ name: String(name), known }));
  }
  const { function: code, address } = writable;
  const at = [code, address >>> 8, address & 0xff];
  if (code === WRITE_COIL) {
    if (typeof value !== 'boolean') return not('bad-arguments', say.coilNeedsFlag({ name: writable.name }));
    return sent(Uint8Array.of(...at, value ? ON : 0, 0), { outcome: 'done' });
  }
  if (typeof value !== 'number') return not('bad-arguments', say.registerNeedsNumber({ name: writable.name }));
  const { min, max } = boundsOf(writable);
  const word = Math.round((value - writable.offset) / writable.scale);
  const nearest = scaled(word, writable); // a register has its steps
  if ([value, nearest].some((each) => each < min || each > max))
    return not('bad-arguments', say.beyondWritable({ name: writable.name, min, max }));
  const done = { outcome: 'done', details: { value: nearest } } as const;
  return sent(Uint8Array.of(...at, (word >> 8) & 0xff, word & 0xff), done);
}

/** What fits into the register, within what the profile allows. */
function boundsOf({ type, scale, offset, min = -Infinity, max = Infinity }: Writable) {
  const words = type === 'int16' ? [-32_768, 32_767] : [0, 65_535];
  const [one, other] = words.map((word) => word * scale + offset) as [number, number]; // two words
  return { min: Math.max(min, Math.min(one, other)), max: Math.min(max, Math.max(one, other)) };
}

function sent(bytes: Uint8Array, done: Answered): Encoded {
  return {
    ok: true,
    bytes,
    understand(pdu) {
      const [code = 0, exception = 0] = pdu;
      if (code === ((bytes[0] ?? 0) | 0x80)) {
        return {
          outcome: 'failed',
          reason: 'device-error',
          text: say.writeRefused({ exception: exceptionText(exception) }),
        };
      }
      return pdu.length === bytes.length && pdu.every((byte, i) => byte === bytes[i]) ? done : undefined;
    },
  };
}
