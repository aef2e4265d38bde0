/** An operator's side: a key, a table of enrolled tags, and sightings sealed to it as edges seal them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { onTestFinished } from 'vitest';
import { withUnits } from '../../../../gateway/config/case.ts';
import type { DestinationSurroundings, Session } from '../../../../gateway/destinations/destination.ts';
import { tagsType } from '../../../../gateway/destinations/tags/tags.ts';
import { toBase64url } from '../../../../shared/enrolment/base64url.ts';
import { Sealer } from '../../../../shared/enrolment/seal.ts';
import type { SightedTag } from '../../../../shared/enrolment/tag-id.ts';
import type { Reading } from '../../../../shared/reading.ts';
import { close, surroundingsOf } from '../../../contract/archive-rig.ts';
import { AT } from '../../buffer/buffer-rig.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { newKeyFile } from './key-file.ts';

export const HEADING = 'tag,identifier,opt_in,consent\n';

/** The identifier of the operator's n-th tag, 20 bytes in hexadecimal. */
export function identifier(n: number): string {
  return `f7826da64fa24e988024bc5b71e0893e${n.toString(16).padStart(8, '0')}`;
}

export function ibeacon(n: number): SightedTag {
  return { id: { format: 'ibeacon', bytes: Uint8Array.from(Buffer.from(identifier(n), 'hex')) } };
}

export function rowOf(tag: string, n: number): string {
  return `${tag},ibeacon:${identifier(n)},2026-04-01,A-${n}\n`;
}

export interface Operator {
  readonly folder: string;
  readonly enrolledFile: string;
  readonly keyFile: string;
  readonly publicKey: string;
  enrol(table: string): void;
  /** A sealed sighting of a tag at `observedAt`. */
  sealed(
    tag: SightedTag,
    observedAt: number,
    more?: { readonly device?: string; readonly rssi?: number; readonly operator?: string },
  ): Promise<Reading>;
}

export async function newOperator(table = ''): Promise<Operator> {
  const folder = temporaryFolder();
  const { keyFile, publicKey } = await newKeyFile(folder);
  const enrolledFile = join(folder, 'tags.csv');
  const enrol = (rows: string) => writeFileSync(enrolledFile, `${HEADING}${rows}`, { mode: 0o600 });
  enrol(table);
  const sealers = new Map<string, Sealer>();
  return {
    ...{ folder, enrolledFile, keyFile, enrol },
    publicKey: toBase64url(publicKey),
    async sealed(tag, observedAt, { device = 'detector-01', rssi = -60, operator = 'alsok' } = {}) {
      const sealer = sealers.get(operator) ?? new Sealer(operator, publicKey);
      sealers.set(operator, sealer);
      const sealed = await sealer.seal(tag, { device, observedAt }, 0);
      const values = { operator, ...sealed, rssi, count: 3, firstAt: observedAt - 1_000, lastAt: observedAt };
      return { device, kind: 'sighting', observedAt, values };
    },
  };
}

export interface Place {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly dataDirectory: string;
}

/** As a configuration would open it. */
export async function sessionOf(
  operator: Operator,
  place: Place,
  more: { readonly settings?: object; readonly surroundings?: Partial<DestinationSurroundings> } = {},
): Promise<Session> {
  const written = {
    ...{ name: 'alsok', type: 'tags', operators: ['alsok'], retention: '30d' },
    ...{ operatorKeyFile: operator.keyFile, enrolledFile: operator.enrolledFile },
    ...place.settings,
    ...more.settings,
  };
  const settings = v.parse(tagsType.settings, withUnits(tagsType.settings, written));
  const session = await tagsType
    .open(settings, surroundingsOf(place, more.surroundings))
    .open(new AbortController().signal);
  onTestFinished(() => close(session));
  return session;
}

export { AT };
