/** What may never grow: looked at every minute. */
import { maxHeld } from '../../gateway/buffer/store.ts';
import type { Config } from '../../gateway/config/settings.ts';
import type { Box } from './box.ts';
import type { Violations } from './violations.ts';

export function checkBounds(box: Box, { gateway, buffer }: Config, violations: Violations): void {
  const stats = box.isRunning ? box.gateway?.buffer.stats() : undefined;
  if (stats === undefined) return;
  if (stats.usedBytes > buffer.maxSizeBytes) {
    const { usedBytes, open, held, outboxes } = stats;
    const holds = JSON.stringify({
      open,
      held,
      outboxes: Object.values(outboxes).map(({ epoch: _, ...rest }) => rest),
    });
    const what = `the buffer of ${gateway.id} takes ${usedBytes} bytes, its bound is ${buffer.maxSizeBytes}: ${holds}`;
    violations.add('bound', what);
  }
  if (stats.held > maxHeld) violations.add('bound', `${stats.held} readings are held, the bound is ${maxHeld}`);
}
