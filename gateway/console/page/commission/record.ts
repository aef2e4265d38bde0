/** What is kept of a draft on the box, as "keep-record" takes it. */
import type { CommissioningRecord } from '../../../commission/records.ts';
import type { Draft } from './draft.ts';
import { isNumber } from './mistakes.ts';

type Kept = Omit<CommissioningRecord, 'at' | 'by' | 'tests'>;

export function recordOf(draft: Draft): Kept {
  const { id, line, chosen, mountingHeight, deviceSerial, wiring, notes, readings } = draft;
  const adapter = [line?.maker, line?.serialNumber].filter((part) => part !== undefined).join(' ');
  return {
    device: id,
    ...filled('line', line?.stablePath ?? line?.path),
    ...filled('setting', chosen?.setting),
    ...filled('adapter', adapter),
    ...filled('deviceSerial', deviceSerial),
    ...(isNumber(mountingHeight) && { mountingHeightM: Number(mountingHeight) }),
    ...filled('wiring', wiring),
    ...filled('notes', notes),
    readings: [...readings],
  };
}

function filled<K extends string>(key: K, text = ''): { readonly [key in K]?: string } {
  return text.trim() === '' ? {} : ({ [key]: text.trim() } as { readonly [key in K]?: string }); // one key
}
