/** Records what goes over a rig's wires, each to a file of its own. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Tap } from '../../../simulators/rig/bench.ts';
import type { RigPlan } from '../../../simulators/rig/plan.ts';
import { readVersion } from '../../machine/release.ts';
import { RecordingWriter } from '../../recording/recording-writer.ts';

const maxBytes = 100_000_000;

/** Its devices are simulated: no stranger's address is in it. Rejects with a MachimoriError: "file-exists", "file-unwritable". */
export async function recordingTap(
  folder: string,
  { wires }: RigPlan,
): Promise<{ readonly tap: Tap; close(): Promise<void> }> {
  mkdirSync(folder, { recursive: true });
  const writers = new Map<string, RecordingWriter>();
  for (const { name } of wires) {
    const line = { name, settings: 'rig' };
    const application = `machimori ${readVersion()}`;
    writers.set(name, await RecordingWriter.open(join(folder, `${name}.pcapng`), { line, application, maxBytes }));
  }
  return {
    tap: (wire, direction, bytes, at) => void writers.get(wire)?.append({ at, direction, bytes }),
    async close() {
      for (const writer of writers.values()) await writer.close();
    },
  };
}
