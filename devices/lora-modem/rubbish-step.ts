import type { RubbishCode, Step } from '../device-type.ts';

export function rubbishStep(code: RubbishCode, bytes: Uint8Array, detail: string, device?: string): Step {
  return { rubbish: [{ code, bytes, detail, ...(device === undefined ? {} : { device }) }] };
}
