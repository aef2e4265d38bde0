import type { Called } from './verb.ts';
import type { openSightingsUsage } from './verbs/operator.ts';
export async function openSightings(_: Called<typeof openSightingsUsage>): Promise<number> {
  return 1;
}
