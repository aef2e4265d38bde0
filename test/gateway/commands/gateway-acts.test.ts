/** What a gateway does with itself when it is ordered, and what it says of it. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type FollowedConfig, gatewayActs } from '../../../gateway/commands/gateway-acts.ts';
import { LogBook } from '../machine/log-book.ts';
import { OrdersRig } from './orders-rig.ts';

/** A file that is taken up at once, and perhaps written again by somebody else before anybody has looked. */
function configurationThatSays(after: (text: string) => string): FollowedConfig {
  let text = 'before';
  return {
    change: async (edit) => {
      text = after(edit(text));
      return { outcome: 'applied' };
    },
    standing: () => ({}),
    read: () => ({ text, digest: createHash('sha256').update(text).digest('hex'), runs: true }),
    restart: () => {},
  };
}

test.each([
  { who: 'nobody', after: (text: string) => text, ended: { outcome: 'done' } },
  { who: 'somebody', after: () => 'by hand', ended: { outcome: 'failed', reason: 'not-applied' } },
])('of a configuration that $who has replaced since it says what is so', async ({ after, ended }) => {
  const rig = new OrdersRig();
  const { configure } = gatewayActs({
    ...{ configuration: configurationThatSays(after), level: 'info', clock: rig.clock, log: new LogBook() },
  });
  const order = rig.order({ action: 'configure', arguments: { text: 'ordered' } });
  expect(await configure?.run(order, new AbortController().signal)).toMatchObject(ended);
});
