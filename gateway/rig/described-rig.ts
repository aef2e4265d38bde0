/**
 * A rig described in a program, for a test of one's own: the tables of a rig's file as objects.
 *
 *   const rig = await openRig({ device: [{ id: 'gauge', type: 'maxbotix' }], gateway: {}, city: [{ name: 'city' }] });
 *   await rig.start();
 *   await rig.until(() => rig.stored('gauge') > 20, 'twenty readings are stored');
 *   await rig.settle();
 *   expect(rig.tallies()).toMatchObject({ lost: 0, twice: 0 });
 *   await rig.close();
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type * as v from 'valibot';
import { MachimoriError } from '../../shared/errors.ts';
import { listed } from '../../shared/text.ts';
import type {
  CitySettings,
  EXPECT_SETTINGS,
  GatewaySettings,
  LorawanSettings,
  RigSettings,
  TimelineSettings,
  WIRE_SETTINGS,
} from '../../simulators/rig/settings.ts';
import { planFrom } from './file/rig-file.ts';
import { openRig, type Rig, type RigOptions } from './open-rig.ts';
import { say } from './words.ts';

/** As the file writes it: `duration = "60s"`, whose setting is `durationMs`. */
type Written<T> = T extends unknown
  ? { readonly [K in keyof T as K extends `${infer Name}Ms` | `${infer Name}Bytes` ? Name : K]: T[K] }
  : never;

export interface RigDescription {
  readonly rig?: Written<v.InferInput<typeof RigSettings>>;
  readonly wire?: readonly Written<v.InferInput<typeof WIRE_SETTINGS>>[];
  /** Each with the settings of its type, and what it senses: a number, or `{ is: 'flood' }`. */
  readonly device?: readonly Readonly<Record<string, unknown> & { id: string; type: string }>[];
  readonly lorawan?: readonly Written<v.InferInput<typeof LorawanSettings>>[];
  readonly gateway?: Written<v.InferInput<typeof GatewaySettings>>;
  readonly city?: readonly Written<v.InferInput<typeof CitySettings>>[];
  readonly timeline?: readonly Written<v.InferInput<typeof TimelineSettings>>[];
  readonly expect?: readonly Written<v.InferInput<typeof EXPECT_SETTINGS>>[];
}

/**
 * Opens it; nothing is sent before `start`. Files are relative to the working folder; without a folder of its own, it has one that is
 * removed when it is closed. Rejects with a MachimoriError "rig-configuration" that names every mistake.
 */
export async function openDescribedRig(description: RigDescription, options: RigOptions = {}): Promise<Rig> {
  const { folder } = description.rig ?? {};
  const own = folder === undefined ? mkdtempSync(join(tmpdir(), 'machimori-rig-')) : undefined;
  const rig = { ...description.rig, ...(own !== undefined && { folder: own }) };
  const { plan, faults } = planFrom({ ...description, rig }, resolve('.'));
  const clear = () => {
    if (own !== undefined) rmSync(own, { recursive: true, force: true });
  };
  if (plan === undefined) {
    clear();
    const told = listed(faults.map(({ path, what, mend }) => say.mistake({ path: path.join('.'), what, mend })));
    throw new MachimoriError('rig-configuration', { what: say.mistakes({ told }), on: 'rig', hint: say.mendThem() });
  }
  try {
    return await openRig(plan, { ...options, closed: clear });
  } catch (fault) {
    clear();
    throw fault;
  }
}
