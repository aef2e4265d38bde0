/** A process of boxes: fleet-run.ts starts some of them, since one would reach the limit of its processor before the broker does. */
import { Box } from './box.ts';
import { emptyTally, type Standing } from './tally.ts';

/** `sealedBefore`, epoch ms: of the batches that wait, only those are counted. `on` spreads the boxes over `withinMs`; `off` cuts the power of the first `share` of them. */
export type Asked =
  | { readonly do: 'on'; readonly withinMs: number }
  | { readonly do: 'off'; readonly share: number }
  | { readonly do: 'look'; readonly sealedBefore?: number };

const tickMs = 50;
const [, , firstText = '', countText = '', portText = ''] = process.argv;
const [first, count, port] = [Number(firstText), Number(countText), Number(portText)];
const tally = emptyTally();
const boxes = Array.from({ length: count }, (_, i) => new Box(first + i, port, tally));
const isOn = boxes.map(() => false);

setInterval(() => {
  const now = Date.now();
  for (const box of boxes) box.look(now);
}, tickMs);

process.on('disconnect', () => process.exit(0)); // whoever started it has gone
process.on('message', (asked: Asked) => {
  if (asked.do === 'on') {
    const now = Date.now();
    for (const [i, box] of boxes.entries()) {
      if (!isOn[i]) box.switchOn(now + Math.random() * asked.withinMs);
      isOn[i] = true;
    }
  } else if (asked.do === 'off') {
    for (const [i, box] of boxes.entries()) {
      if (i >= count * asked.share) continue;
      box.cutOff();
      isOn[i] = false;
    }
  }
  const before = (asked.do === 'look' ? asked.sealedBefore : undefined) ?? Number.POSITIVE_INFINITY;
  const standing: Standing = {
    ...tally,
    receiptMs: tally.receiptMs.splice(0),
    connected: boxes.filter((box) => box.isConnected).length,
    born: boxes.filter((box) => box.isBorn).length,
    waiting: boxes.reduce((sum, box) => sum + box.waitingSince(before), 0),
  };
  process.send?.(standing);
});
