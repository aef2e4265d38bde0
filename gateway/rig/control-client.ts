/** How the command line asks a rig that runs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { codeOf, MachimoriError, messageOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import type { RigPlan } from '../../simulators/rig/plan.ts';
import { CONTROL_FILE, ControlFile } from './control-server.ts';
import { say } from './words.ts';

const Refusal = v.object({ error: v.string(), message: v.looseObject({}) });

/** Rejects with a MachimoriError: "no-rig" if none runs, or what the rig refuses it for. */
export async function tellRig(plan: RigPlan, action: 'set' | 'fault' | 'clear', body: unknown): Promise<void> {
  const { url, token } = whereIs(plan);
  let response: Response;
  try {
    response = await fetch(`${url}/${action}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch (cause) {
    throw noRig(url, cause);
  }
  if (response.ok) return;
  const { error, message } = v.parse(Refusal, await response.json());
  throw new MachimoriError(error, {
    what: { ...message, code: error } as Text,
    on: plan.rig.name,
    hint: say.seeState(),
  }); // a rig of this release says it in both languages
}

function whereIs({ rig, path }: RigPlan): v.InferOutput<typeof ControlFile> {
  const file = join(path(rig.folder), CONTROL_FILE);
  try {
    return v.parse(ControlFile, JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw noRig(file, cause);
  }
}

function noRig(on: string, cause: unknown): MachimoriError {
  const why = codeOf(cause) === 'ENOENT' ? '' : messageOf(cause);
  return new MachimoriError('no-rig', {
    what: why === '' ? say.noRig() : say.noRigBecause({ why }),
    on,
    hint: say.startRig(),
    cause,
  });
}
